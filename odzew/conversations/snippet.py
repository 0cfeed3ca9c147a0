"""Snippet: a text that is written once and used in many replies, of a team or of one person."""

from typing import Self

from django.db import models
from django.db.models import Q

from odzew.conversations.models import Conversation
from odzew.staff.models import Person, Team


class SnippetQuerySet(models.QuerySet["Snippet"]):
    """Who may see which."""

    def visible_to(self, person: Person) -> Self:
        """Return a person's own and those of the own teams; administrators see those of every team."""
        of_teams = Q(team__isnull=False) if person.sees_everything else Q(team__in=person.teams.values("pk"))
        return self.filter(Q(owner=person) | of_teams)

    def usable_in(self, conversation: Conversation, person: Person) -> Self:
        """Return those that fit a conversation: the person's own and its team's, by name."""
        return self.filter(Q(owner=person) | Q(team=conversation.team_id)).order_by("name", "pk")


class Snippet(models.Model):
    """A text with places for what changes, for example {customer.name}."""

    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="snippets")
    owner = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="snippets")
    name = models.CharField(max_length=100)
    text = models.TextField()
    language = models.CharField(max_length=5, blank=True)  # empty: fits every customer

    objects = SnippetQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["team", "name", "language"], name="snippet_once_in_team"),
            models.UniqueConstraint(fields=["owner", "name", "language"], name="snippet_once_of_owner"),
            models.CheckConstraint(
                condition=Q(team__isnull=True, owner__isnull=False)
                | Q(team__isnull=False, owner__isnull=True),
                name="snippet_has_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name
