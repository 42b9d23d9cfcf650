"""The form of a consumer, and that of whoever answers."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from traceability.enums import FeedbackKind
from traceability.services.feedback import Message

_MOST_WORDS = 2000
_SECRET_BYTES = 32


class FeedbackForm(forms.Form):
    """What a consumer writes. Nothing personal is asked for; how to be reached is theirs to give."""

    message_id = forms.UUIDField(widget=forms.HiddenInput)
    # Made with the page and not on sending, so that a second press leads to the same address.
    secret = forms.RegexField(r"\A[A-Za-z0-9_-]{43}\Z", widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=FeedbackKind.choices,
        widget=forms.RadioSelect,
        help_text=_("What is unsafe, or may be a fake, the food authority reads, too."),
    )
    words = forms.CharField(
        label=_("What happened?"),
        max_length=_MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        max_length=120,
        required=False,
        help_text=_(
            "Phone or e-mail, if you wish. Kept encrypted, for the readers of this message, and deleted after a year."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"message_id": uuid4(), "secret": token_urlsafe(_SECRET_BYTES)})

    def message(self) -> Message:
        """Give the service what was written."""
        said = self.cleaned_data
        return Message(
            id=said["message_id"],
            kind=said["kind"],
            words=said["words"],
            contact=said["contact"],
            secret=said["secret"],
        )


class AnswerForm(forms.Form):
    """What a party answers."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=_MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who wrote reads it at the address that they were given. It is not public."),
    )
