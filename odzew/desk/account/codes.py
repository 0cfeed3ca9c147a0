"""The forms of the second factor: as the library's, and a failure is kept in the staff log."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from odzew.desk.logged.seam import address
from odzew.staff import acts

# The library breaks on what no browser sends.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
NO_KEY = _("No passkey was given. Try once more, or choose another way.")


class Code(AuthenticateForm):
    """A code of an app, or a recovery code."""

    def clean_code(self) -> str:
        """Return the code when it is right."""
        try:
            return str(super().clean_code())
        except ValidationError:
            _failed(self.user, "code")
            raise


class Key(AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    def clean_credential(self) -> Any:
        """Return whose key it is."""
        return _proven(super().clean_credential, self.user)


class Passkey(LoginWebAuthnForm):
    """A passkey in the place of password and second factor."""

    def clean_credential(self) -> Any:
        """Return whose key it is."""
        return _proven(super().clean_credential, None)


class NewKey(AddWebAuthnForm):
    """A passkey that is added to the own account."""

    def clean(self) -> dict[str, Any]:
        """Return what was given, when it is a passkey."""
        try:
            return dict(super().clean())
        except UNREADABLE:
            raise ValidationError(NO_KEY) from None


def _proven(prove: Callable[[], Any], person: Any) -> Any:
    try:
        return prove()
    except UNREADABLE:
        _failed(person, "passkey")
        raise ValidationError(NO_KEY) from None
    except ValidationError:
        _failed(person, "passkey")
        raise


def _failed(person: Any, by: str) -> None:
    number = person.pk if person else None
    acts.write(acts.Asked("sign-in", number, address(context.request), refused=True, facts={"by": by}))
