"""Signature: what stands under replies, of one person, of a team or of a mailbox, for each language."""

from typing import Self

from django.db import models
from django.db.models import Q

from odzew.channels.models import Account
from odzew.staff.models import Person, Team


class SignatureQuerySet(models.QuerySet["Signature"]):
    """Who may see which."""

    def visible_to(self, person: Person) -> Self:
        """Return a person's own, and those of the own teams and mailboxes; administrators of all."""
        if person.sees_everything:
            return self.filter(Q(owner=person) | Q(owner=None))
        teams = person.teams.values("pk")
        return self.filter(
            Q(owner=person) | Q(team__in=teams) | Q(account__in_charge__team__in=teams),
        )


class Signature(models.Model):
    """A text with places for what changes, for example {agent.name}."""

    owner = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="signatures")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="signatures")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="signatures")
    # Of a mailbox: stands below every reply, whoever signs it (what the law wants said of a firm).
    is_legal = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)  # empty: fits every customer
    text = models.TextField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["owner", "language"], name="signature_once_of_owner"),
            models.UniqueConstraint(fields=["team", "language"], name="signature_once_of_team"),
            models.UniqueConstraint(
                fields=["account", "is_legal", "language"], name="signature_once_of_account"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, team__isnull=True, account__isnull=True, is_legal=False)
                | Q(owner__isnull=True, team__isnull=False, account__isnull=True, is_legal=False)
                | Q(owner__isnull=True, team__isnull=True, account__isnull=False),
                name="signature_has_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.text.partition("\n")[0]

    def may_be_changed_by(self, person: Person) -> bool:
        """Return whether a person who sees it may change it: one's own, and a lead those of all."""
        return self.owner_id == person.pk or person.may_manage
