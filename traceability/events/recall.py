"""Events of recalls: opened, answered by those who hold the lots, widened, closed; and on each lot that is recalled."""

from decimal import Decimal

from traceability.events.event_type import EventType, Place
from traceability.events.kinds import SHA256, Choice, Flag, Number, Whole, entity
from traceability.events.members import Member, Members, fixed, optional
from traceability.events.vocabulary import EVENT, LOT, notes
from traceability.msgids import gettext_noop as _

RECALL_LEVELS = ("1", "2", "3")
RECALL_REASONS = ("contaminant", "residue", "foreign_matter", "allergen", "labelling", "complaint", "exercise", "other")
_ENTITY = ("recall",)
_LEVEL = Member("level", Choice(RECALL_LEVELS), _("level"))
# An answer may well be that nothing was found.
_KILOGRAMS = Number(places=3, most=Decimal(10_000_000))
# The set is named by the SHA-256 of the lots' ids, sorted, one a line; each of them has its own event.
_SET = (
    fixed("lots", Whole(least=1), _("lots recalled")),
    fixed("set", SHA256, _("SHA-256 of the lots' ids")),
)

RECALL = (
    EventType(
        name="recall.opened",
        label=_("Recall opened"),
        entities=_ENTITY,
        place=Place.FIRST,
        body=Members(
            fixed("lot", LOT, _("lot")),
            _LEVEL,
            Member("reason", Choice(RECALL_REASONS), _("reason")),
            *_SET,
            optional("drill", Flag(), _("drill")),
            optional("accounted_percent", Number(places=2, most=Decimal(100)), _("mass accounted for, %")),
        ),
        private=notes(),
    ),
    EventType(
        name="recall.levelled", label=_("Recall level changed"), entities=_ENTITY, body=Members(_LEVEL), private=notes()
    ),
    EventType(name="recall.widened", label=_("Recall widened"), entities=_ENTITY, body=Members(*_SET), private=notes()),
    EventType(
        name="recall.answered",
        label=_("Recall answered"),
        entities=_ENTITY,
        body=Members(
            Member("found_kg", _KILOGRAMS, _("found, kg")),
            Member("blocked_kg", _KILOGRAMS, _("blocked, kg")),
            Member("destroyed_kg", _KILOGRAMS, _("destroyed, kg")),
        ),
        private=notes(),
    ),
    EventType(
        name="recall.closed",
        label=_("Recall closed"),
        entities=_ENTITY,
        body=Members(
            Member("found_kg", _KILOGRAMS, _("found, kg")),
            Member("destroyed_kg", _KILOGRAMS, _("destroyed, kg")),
            Member("minutes", Whole(), _("minutes from opening to closing")),
        ),
        private=notes(),
    ),
    EventType(
        name="lot.recalled",
        label=_("Lot recalled"),
        entities=("lot",),
        body=Members(
            fixed("recall", entity("recall"), _("recall")),
            # This only points at the recall and does not rest on it: others' answers are no part of a bag's proof.
            fixed("event", EVENT, _("event")),
            optional("at_most_kg", _KILOGRAMS, _("at most of the recalled lot, kg")),
        ),
        private=notes(),
    ),
)
