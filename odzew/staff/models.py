"""Person, Team and what account a team is in charge of."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy

from odzew.channels.models import Account
from odzew.domain.worktime import Calendar
from odzew.lib.by_key import row_by_key
from odzew.staff import hours


class Role(models.TextChoices):
    """What a person may do; enforced in queries and actions."""

    AGENT = "agent", pgettext_lazy("role", "Agent")
    LEAD = "lead", pgettext_lazy("role", "Lead")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")
    READER = "reader", pgettext_lazy("role", "Reader")


class PersonManager(BaseUserManager["Person"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        """Save a new person who signs in with `email` and `password`."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get(self, *args: Any, **named: Any) -> "Person":
        """Return the person that is asked for; by number alone, as each page asks, in a third of the time.

        :raises Person.DoesNotExist: when there is none
        """
        # Managers of a relation are made of this one, and give the people of that relation only.
        if type(self) is not PersonManager or args or named.keys() != {"pk"}:
            return super().get(*args, **named)
        person = row_by_key(self.model, named["pk"])
        if person is None:
            raise self.model.DoesNotExist("Person matching query does not exist.")
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who works at the desk."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role, default=Role.AGENT)
    language = models.CharField(max_length=5, blank=True)
    theme = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, default="Europe/Warsaw")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(null=True)
    # All that was said before counts as seen (conversations/glancing.py); empty: before joining.
    caught_up_at = models.DateTimeField(null=True, blank=True)
    # Seconds a reply waits for its author to take it back; 0: it goes at once.
    undo_seconds = models.PositiveIntegerField(default=10)
    # Who answers in which languages; empty: in every one.
    languages = models.JSONField(default=list, blank=True)
    # What one knows best, as folded names of tags; among equals in language, such a one comes first.
    skills = models.JSONField(default=list, blank=True)
    # How many open debts one can carry; a share of it is the load that new debts are given by.
    capacity = models.PositiveIntegerField(default=40)
    # The last act at the desk: a reply, a note, a promise. Silence is measured from it.
    acted_at = models.DateTimeField(null=True, blank=True)
    teams: "models.ManyToManyField[Team, Team]" = models.ManyToManyField(
        "Team", related_name="members", blank=True
    )

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def team_numbers(self) -> list[int]:
        """Return the numbers of the teams the person is in now."""
        # Asked on each page: the ORM takes longer to compose it than the database to answer.
        with connection.cursor() as cursor:
            cursor.execute("SELECT team_id FROM odzew_person_teams WHERE person_id = %s", [self.pk])
            return [number for (number,) in cursor.fetchall()]

    @property
    def sees_everything(self) -> bool:
        """Return whether the person's view is not bound to teams."""
        return self.role == Role.ADMINISTRATOR

    @property
    def may_manage(self) -> bool:
        """Return whether the person leads a team or runs the desk."""
        return self.role in (Role.LEAD, Role.ADMINISTRATOR)

    @property
    def may_write(self) -> bool:
        """Return whether the person may act, not only read."""
        return self.role != Role.READER


class Team(models.Model):
    """People who share doors, working hours and answer times."""

    name = models.CharField(max_length=200, unique=True)
    timezone = models.CharField(max_length=64, default="Europe/Warsaw")
    # {"mon": [["09:00", "13:00"], ["14:00", "17:00"]], ...}; empty: open around the clock.
    hours = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, blank=True)
    # {"2026-12-31": [["09:00", "12:00"]], "2026-05-02": []}
    own_days = models.JSONField(default=dict, blank=True)
    answer_minutes = models.PositiveIntegerField(default=480)
    language = models.CharField(max_length=5, default="en")
    lead = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    # The team that answers for what no other team can: a mail nobody can read.
    is_last_resort = models.BooleanField(default=False)
    # Who takes what nobody has accepted to cover; empty: whoever of the team carries least.
    standing_cover = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="covers_teams"
    )
    # Who is told last; empty: an administrator.
    manager = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="manages"
    )
    # Working minutes after the due moment, and after the lead was told; 0: this step is left out.
    lead_after_minutes = models.PositiveIntegerField(default=60)
    manager_after_minutes = models.PositiveIntegerField(default=240)
    # When the lead is told and the owner has done nothing since it fell due, the cover takes it.
    takes_from_silent = models.BooleanField(default=False)
    # Whether customers who wait are told who has it while its owner is away.
    tells_who_has_it = models.BooleanField(default=False)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> Calendar:
        """Return the working hours as the rules know them."""
        return hours.calendar(self.timezone, self.hours, self.country, self.own_days)

    @property
    def answer_time(self) -> timedelta:
        """Return how much working time the team has to answer."""
        return timedelta(minutes=self.answer_minutes)


class AccountTeam(models.Model):
    """The team in charge of an account."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="in_charge")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="in_charge_of")

    class Meta:
        app_label = "odzew"
