"""Kinds and members that several types of events share."""

import re
from decimal import Decimal

from traceability.events.kinds import (
    ANY_ENTITY,
    SHA256,
    UUID,
    Choice,
    Day,
    Flag,
    Json,
    Number,
    Pattern,
    Text,
    Whole,
    entity,
)
from traceability.events.members import Member, Members, optional
from traceability.msgids import gettext_noop as _

CROPS = ("rice", "peanut", "cherry", "strawberry")
MASS_UNITS = ("kg", "jin", "t")
AREA_UNITS = ("mu", "ha", "m2")
RESULT_UNITS = ("mg/kg", "ug/kg", "g/kg", "mg/g", "g/100g", "%", "mm", "points")
WATER_UNITS = ("m3", "cm")
DOSE_UNITS = ("g/mu", "kg/mu", "mL/mu", "L/mu", "g/L", "mL/L", "dilution")

CROP = Choice(CROPS)
KILOGRAMS = Number(places=3, most=Decimal(10_000_000), above_zero=True)
# What may be gone altogether.
KILOGRAMS_OR_NONE = Number(places=3, most=Decimal(10_000_000))
MU = Number(places=2, most=Decimal(1_000_000), above_zero=True)
PERCENT = Number(places=2, most=Decimal(100))
# What a person typed, which may be finer or in larger numbers than what is reckoned with.
TYPED = Number(places=6, most=Decimal(10**12), above_zero=True)
# AI 10: up to 20 characters of the GS1 set 82 (GS1 General Specifications, figure 7.11-1).
LOT_CODE = Pattern(re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}"""), "PJ20261001-03")
URI = Pattern(re.compile(r"[a-z][a-z0-9+.-]*:[!-~]{1,399}"), "https://id.example.org/01/06901234567892/10/A1")
WORD = Pattern(re.compile(r"[a-z]{1,20}([ _-][a-z]{1,20}){0,2}"), "milled rice")
REGISTRATION = Pattern(re.compile(r"[0-9A-Za-z][0-9A-Za-z \-]{3,39}"), "PD20060044")
NAME = Text(60)
NOTE = Text(1000, lines=True)
DAY = Day()

# An event on another chain, by its place and its leaf hash.
EVENT = Members(
    Member("entity", ANY_ENTITY, _("history")),
    Member("eseq", Whole(), _("number in the history")),
    Member("head", SHA256, _("leaf hash")),
)


def amount(units: tuple[str, ...]) -> Members:
    """Return the kind for a value beside its unit, as a person typed them."""
    return Members(Member("value", TYPED, _("value")), Member("unit", Choice(units), _("unit")))


def the_day(label: str) -> Member:
    """Return the member for the day on which it was done; the leaf's time can tell it only in another zone."""
    return Member("date", DAY, label)


def typed_mass() -> Member:
    """Return the member that keeps a weight as it was typed."""
    return optional("typed", amount(MASS_UNITS), _("as typed"))


def typed_area() -> Member:
    """Return the member that keeps an area as it was typed."""
    return optional("typed", amount(AREA_UNITS), _("as typed"))


def notes(*more: Member) -> Members:
    """Return the private members of an event: a note, and what else it keeps from the log."""
    return Members(*more, optional("note", NOTE, _("note")))


CORRECTION_REASONS = ("typing_error", "wrong_day", "wrong_place", "measured_again", "did_not_occur", "other")

# Which members `changes` and the private members may have is a matter of the type that is corrected.
CORRECTION = Members(
    Member(
        "corrects",
        Members(
            Member("id", UUID, _("record")),
            Member("eseq", Whole(), _("number in the history")),
            Member("type", Pattern(re.compile(r"[a-z]+(\.[a-z_]+)+"), "growth.sown"), _("type of event")),
        ),
        _("corrected record"),
    ),
    Member("reason", Choice(CORRECTION_REASONS), _("reason")),
    optional("changes", Json(), _("new values")),
    optional("withdrawn", Flag(), _("withdrawn")),
)

EXPLANATION = optional("explanation", NOTE, _("explanation"))

PLOT = entity("plot")
SEASON = entity("season")
LOT = entity("lot")
