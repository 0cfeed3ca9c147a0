"""What is in the index of words, and what has still to come into it."""

from django.db import models

from odzew.staff.models import Person


class ToIndex(models.Model):
    """A message whose words have to be read, again or for the first time.

    Triggers write these rows in the transaction that changed the message, so that no writer can
    forget it and no row that becomes visible late is passed over.
    """

    message = models.BigIntegerField(db_index=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return str(self.message)


class Indexed(models.Model):
    """A message that is in the index, and at what place: by its moment, then by its number.

    Its words stand beside it: in SQLite the row of odzew_words whose rowid is the place, in
    PostgreSQL the column `words` of this table (migration words_are_found)."""

    message = models.BigIntegerField(primary_key=True)
    place = models.BigIntegerField(unique=True)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return str(self.message)


class SavedView(models.Model):
    """A question a person asks again and again, under a name and an address of its own."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    slug = models.CharField(max_length=60)  # the name as an address has it
    question = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["person", "slug"], name="view_once")]

    def __str__(self) -> str:
        return self.name


class IndexState(models.Model):
    """With what the index was made; one row. What was made otherwise is made anew."""

    made_by = models.CharField(max_length=100)
    # Words that were taken out lie about in it still: how far it is with being cleaned (search/scrub.py).
    scrub = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.made_by
