"""The signature in a mailbox's settings becomes a row, and stands under what is still to be sent."""

from django.db import migrations

TO_SEND = ("queued", "held", "sending")


def move(apps, schema_editor):
    Account, Message, Signature = (
        apps.get_model("odzew", name) for name in ("Account", "Message", "Signature")
    )
    for account in Account.objects.order_by("pk"):
        text = (account.settings or {}).get("signature")
        if not text:
            continue
        Signature.objects.get_or_create(
            account=account,
            is_legal=False,
            language="",
            defaults={"text": text.replace("{name}", "{agent.name}")},
        )
        waits = Message.objects.filter(state__in=TO_SEND, author__isnull=False, signature=None)
        for message in waits.filter(conversation__account=account).select_related("author"):
            signed = text.replace("{name}", message.author.name)
            Message.objects.filter(pk=message.pk).update(signature=signed)


class Migration(migrations.Migration):
    dependencies = [("odzew", "0031_signatures_stand_under_replies")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
