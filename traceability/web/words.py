"""What people call the codes that events hold, in the language that is active now."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext

from traceability.events import code_label
from traceability.msgids import gettext_noop as _
from traceability.standards import stages, tables
from traceability.standards.stages import Operation
from traceability.web.trace.text import in_words

Choices = list[tuple[str, str]]

_ATTESTED: Mapping[str, str] = MappingProxyType(
    {
        "device": _("signed by a phone"),
        "account": _("entered by log-in"),
        "sensor": _("measured by a device"),
        "import": _("taken from a document"),
    }
)


def word(code: str) -> str:
    """Say a code of an event's body."""
    return gettext(code_label(code))


def attested(how: str) -> str:
    """Say how the log knows who said something."""
    return gettext(_ATTESTED[how])


def choices_of(codes: Iterable[str]) -> Choices:
    """Make the choices of a field out of codes."""
    return [(code, word(code)) for code in codes]


def choices_or_none(codes: Iterable[str]) -> Choices:
    """Make the choices of a field that may be left open."""
    return [("", "—"), *choices_of(codes)]


def stage_choices(crop: str) -> Choices:
    """Make the choices of growth stages of a crop, that none was told included."""
    return [("", "—"), *((one.code, f"{one.code} {in_words(one.name)}") for one in stages.stages(crop))]


def stage_name(crop: str, code: str) -> str:
    """Name a growth stage; the bare code where the tables do not know it."""
    found = stages.stage(crop, code) if code else None
    return in_words(found.name) if found else code


def tending_choices() -> Choices:
    """Make the choices of field work that has no event of its own."""
    return [(one.operation, _capital(one)) for one in stages.operations().values() if one.event_type == "growth.tended"]


def operation_name(operation: str) -> str:
    """Name a kind of field work."""
    found = stages.operations().get(operation)
    return _capital(found) if found else operation


def form_choices(crops: Iterable[str]) -> Choices:
    """Make the choices of forms in which lots of some crops are sold."""
    wanted = set(crops)
    return [(form, in_words(name)) for (crop, form), name in tables.product_forms().items() if crop in wanted]


def form_name(crop: str, product_form: str) -> str:
    """Name the form in which a crop's lot is sold."""
    found = tables.product_forms().get((crop, product_form))
    return in_words(found) if found else product_form


def analyte_name(analyte: str) -> str:
    """Name what a laboratory measured."""
    return in_words(tables.analyte(analyte).name)


def _capital(operation: Operation) -> str:
    name = in_words(operation.name)
    return name[:1].upper() + name[1:]
