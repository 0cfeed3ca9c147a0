"""Customer and the identities that say who it is."""

from django.db import models


class Customer(models.Model):
    """A person or firm we serve. What turned out to be another one's second card points at that one."""

    name = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField()
    # Always the one that is left of a chain of merges, never a step of it (conversations/merging.py).
    stands_for = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="others", db_index=False
    )

    # When he was erased at his own wish (odzew/privacy); then nothing here says who he was.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "odzew"
        indexes = [
            models.Index(
                fields=["stands_for"], name="customer_other", condition=models.Q(stands_for__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Proof(models.TextChoices):
    """How an identity was proven."""

    NONE = "none"
    DMARC = "dmarc"
    PROVIDER = "provider"
    TOKEN = "token"  # noqa: S105  a word, no secret
    PERSON = "person"
    SHOP = "shop"  # the shop signed for it, in whose account the customer was signed in
    FAILED = "failed"


class Identity(models.Model):
    """One mail address, phone number or chat account of a customer.

    Whoever fails to prove an address is kept apart from its holder: `forged` is part of the key,
    so a forger never joins the history of the one he claims to be.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20, default="email")
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=300, blank=True)
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.NONE)
    proven_at = models.DateTimeField(null=True)
    forged = models.BooleanField(default=False)

    class Meta:
        app_label = "odzew"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "forged"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return self.value
