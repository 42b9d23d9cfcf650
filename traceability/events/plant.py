"""Events at the scale and in the store: lots that are taken in, shipped, received, put away and counted."""

from traceability.events.event_type import EventType, Place
from traceability.events.kinds import UUID, Choice, Flag
from traceability.events.lots import identity
from traceability.events.members import Member, Members, fixed, optional
from traceability.events.vocabulary import CROP, KILOGRAMS, KILOGRAMS_OR_NONE, NAME, NOTE, PERCENT, notes, the_day
from traceability.msgids import gettext_noop as _

REFUSALS = ("moisture", "impurity", "weight", "damaged", "wrong_goods", "failed_test", "late", "other")
COUNT_REASONS = ("moisture", "dust", "spillage", "spoilage", "pests", "sampling", "scale", "other")


def _weighing() -> tuple[Member, ...]:
    return (
        optional("gross_kg", KILOGRAMS, _("gross, kg")),
        optional("tare_kg", KILOGRAMS, _("tare, kg")),
        optional("impurity_percent", PERCENT, _("impurities, %")),
        optional("grade", NAME, _("grade")),
        optional("supplier_code", NAME, _("supplier's lot number")),
    )


def _terms() -> tuple[Member, ...]:
    # What is paid for is a matter between two parties, and takes no kilogram off the lot.
    return (
        optional("slip", NAME, _("slip number")),
        optional("moisture_deduction_kg", KILOGRAMS, _("deduction for moisture, kg")),
        optional("impurity_deduction_kg", KILOGRAMS, _("deduction for impurities, kg")),
        optional("payable_kg", KILOGRAMS, _("to be paid for, kg")),
    )


PLANT = (
    EventType(
        name="lot.taken_in",
        label=_("Taken in"),
        entities=("lot",),
        place=Place.FIRST,
        body=Members(
            *identity(),
            the_day(_("day of intake")),
            optional("crop", CROP, _("crop")),
            optional("supplier", UUID, _("supplier")),
            *_weighing(),
        ),
        private=notes(optional("supplier_name", NAME, _("supplier")), *_terms()),
    ),
    EventType(
        name="lot.shipped",
        label=_("Shipped"),
        entities=("lot",),
        body=Members(
            fixed("to", UUID, _("receiver")),
            optional("kg", KILOGRAMS, _("quantity, kg")),
            the_day(_("day")),
        ),
        private=notes(
            optional("slip", NAME, _("slip number")),
            optional("vehicle", NAME, _("vehicle")),
            optional("driver", NAME, _("driver")),
        ),
    ),
    EventType(
        name="lot.received",
        label=_("Received"),
        entities=("lot",),
        body=Members(
            fixed("shipment", UUID, _("shipment")),
            # Accepted with a weight, or refused with a reason; only acceptance changes hands.
            Member("kg", KILOGRAMS, _("weighed, kg"), required=False, fixed=True),
            Member("refused", Choice(REFUSALS), _("refused because of"), required=False, fixed=True),
            Member("book_kg", KILOGRAMS, _("shipped, kg"), required=False, fixed=True),
            Member("differs", Flag(), _("differs by more than scales do"), required=False, fixed=True),
            optional("moisture_percent", PERCENT, _("moisture, %")),
            the_day(_("day")),
            *_weighing(),
            one_of=("kg", "refused"),
        ),
        private=notes(*_terms(), optional("difference_reason", NOTE, _("why the weight differs"))),
        explained_by=(("differs", "difference_reason"),),
    ),
    EventType(
        name="lot.shipment_voided",
        label=_("Shipment taken back"),
        entities=("lot",),
        body=Members(fixed("shipment", UUID, _("shipment")), the_day(_("day"))),
        private=notes(),
    ),
    EventType(
        name="lot.stored",
        label=_("Put away"),
        entities=("lot",),
        body=Members(the_day(_("day"))),
        private=notes(optional("place", NAME, _("place"))),
    ),
    EventType(
        name="lot.counted",
        label=_("Counted"),
        entities=("lot",),
        body=Members(
            # A lot that is gone counts nothing.
            Member("kg", KILOGRAMS_OR_NONE, _("counted, kg")),
            Member("book_kg", KILOGRAMS_OR_NONE, _("in the books, kg")),
            optional("reason", Choice(COUNT_REASONS), _("reason")),
            the_day(_("day")),
        ),
        private=notes(),
    ),
)
