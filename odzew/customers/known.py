"""The customer behind an identity, found or made."""

from datetime import datetime

from odzew.customers.models import Customer, Identity


def customer_of(
    value: str, now: datetime, *, kind: str = "email", name: str = "", language: str = ""
) -> Customer:
    """Return whose identity this is, and make him when it is nobody's; never a forger of it.

    Two who make him at the same moment get the same one.
    """
    known = Identity.objects.filter(kind=kind, value=value, forged=False).select_related("customer")
    if found := known.first():
        return found.customer
    made = Customer.objects.create(name=name, language=language, created_at=now)
    fresh = Identity(customer=made, kind=kind, value=value, display=name)
    Identity.objects.bulk_create([fresh], ignore_conflicts=True)
    held = known.get().customer
    if held.pk != made.pk:
        made.delete()
    return held
