"""What services refuse, in the reader's words and beside the field that it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.utils.translation import gettext

from traceability.errors import MESSAGES, InputError

# Where a service calls a member otherwise than the form calls its field; a form's own such words stand in its `called`.
_FIELDS = {"time": "day", "date": "day"}
# The form's own id: no word of it for who fills the form in.
_ID = "/id"


def sentence(error: InputError) -> str:
    """Say what is wrong in the language that is active now."""
    text = gettext(MESSAGES[error.rule]).format(**error.params)
    return text[:1].upper() + text[1:]


def add_refusal(form: forms.Form, error: InputError) -> None:
    """Show an error beside the field that its pointer leads to, else above the form, with the rest of the pointer."""
    steps = [] if error.pointer == _ID else error.pointer.split("/")[1:]
    called = {**_FIELDS, **getattr(form, "called", {})}
    for position, step in enumerate(steps):
        name = called.get(step, step)
        if name in form.fields and not form.fields[name].widget.is_hidden:
            rest = "/".join(steps[position + 1 :])
            form.add_error(name, f"{rest}: {sentence(error)}" if rest else sentence(error))
            return
    form.add_error(None, f"{'/'.join(steps)}: {sentence(error)}" if steps else sentence(error))


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Catch what a service refuses, and show it on the form."""
    try:
        yield
    except InputError as error:
        for one in (error, *error.others):
            add_refusal(form, one)
