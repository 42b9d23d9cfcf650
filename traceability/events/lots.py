"""Events on lots, on the processes that turn lots into others, and on what EPCIS documents say of them."""

import re
from decimal import Decimal

from traceability.events.event_type import EventType, Place
from traceability.events.kinds import UUID, Choice, Flag, Gtin, Number, Pattern, Text
from traceability.events.members import ListOf, Member, Members, fixed, optional
from traceability.events.vocabulary import (
    CORRECTION,
    CROP,
    DAY,
    EVENT,
    KILOGRAMS,
    LOT,
    LOT_CODE,
    NAME,
    NOTE,
    PERCENT,
    PLOT,
    RESULT_UNITS,
    SEASON,
    URI,
    WORD,
    notes,
    the_day,
    typed_mass,
)
from traceability.msgids import gettext_noop as _

PROCESSES = (
    "drying",
    "cleaning",
    "hulling",
    "milling",
    "shelling",
    "roasting",
    "pressing",
    "sorting",
    "blending",
    "dividing",
    "packing",
    "other",
)
LOSS_REASONS = ("moisture", "dust", "impurity", "spillage", "spoilage", "pests", "sampling", "other")
_MOST_ITEMS = 200


def identity() -> tuple[Member, ...]:
    """Give the members that name and measure a new lot."""
    return (
        fixed("epc", URI, _("identifier")),
        optional("gtin", Gtin(), _("GTIN")),
        Member("code", LOT_CODE, _("lot number")),
        Member("product_form", WORD, _("product form")),
        optional("product_name", Text(120), _("product")),
        Member("kg", KILOGRAMS, _("quantity, kg")),
        typed_mass(),
        optional("moisture_percent", PERCENT, _("moisture, %")),
    )


LOTS = (
    EventType(
        name="lot.harvested",
        label=_("Lot harvested"),
        entities=("lot",),
        place=Place.FIRST,
        body=Members(
            *identity(),
            the_day(_("day of harvest")),
            fixed("season", SEASON, _("season")),
            fixed("plot", PLOT, _("plot")),
            Member("crop", CROP, _("crop")),
            optional("variety", NAME, _("variety")),
            optional("inside_interval", Flag(), _("inside the pre-harvest interval")),
        ),
        private=notes(optional("interval_reason", NAME, _("reason for harvesting early"))),
        explained_by=(("inside_interval", "interval_reason"),),
    ),
    EventType(
        name="lot.processed",
        label=_("Lot made"),
        entities=("lot",),
        place=Place.FIRST,
        body=Members(
            *identity(),
            the_day(_("day of production")),
            fixed("process", EVENT, _("process")),
            optional("crop", CROP, _("crop")),
        ),
        private=notes(),
    ),
    EventType(
        name="lot.consumed",
        label=_("Lot used"),
        entities=("lot",),
        body=Members(fixed("process", EVENT, _("process")), Member("kg", KILOGRAMS, _("quantity, kg"))),
        private=notes(),
    ),
    EventType(
        name="lot.handed_over",
        label=_("Lot handed over"),
        entities=("lot",),
        body=Members(Member("to", UUID, _("receiver")), the_day(_("day"))),
        private=notes(),
    ),
    EventType(
        name="lot.corrected",
        label=_("Lot corrected"),
        entities=("lot",),
        body=CORRECTION,
        corrects=("lot.harvested", "lot.processed", "lot.consumed", "lot.taken_in", "lot.received", "sample.taken"),
    ),
)

_PART = Members(Member("lot", LOT, _("lot")), Member("kg", KILOGRAMS, _("quantity, kg")))
_BY_PRODUCT = Members(
    Member("name", NAME, _("name")), Member("kg", KILOGRAMS, _("quantity, kg")), optional("lot", LOT, _("lot"))
)
_LOSS = Members(Member("reason", Choice(LOSS_REASONS), _("reason")), Member("kg", KILOGRAMS, _("quantity, kg")))

PROCESS = EventType(
    name="process.completed",
    label=_("Processing"),
    entities=("process",),
    place=Place.FIRST,
    body=Members(
        Member("process", Choice(PROCESSES), _("process")),
        the_day(_("day")),
        fixed("inputs", ListOf(_PART, _MOST_ITEMS), _("inputs")),
        fixed("outputs", ListOf(_PART, _MOST_ITEMS), _("outputs")),
        optional("by_products", ListOf(_BY_PRODUCT, 20), _("by-products")),
        optional("losses", ListOf(_LOSS, 20), _("declared losses")),
        optional("moisture_in_percent", PERCENT, _("moisture before, %")),
        optional("moisture_out_percent", PERCENT, _("moisture after, %")),
        optional("unexplained", Flag(), _("more is missing than was declared lost")),
    ),
    private=notes(
        optional("line", NAME, _("production line")),
        optional("recipe", Text(400, lines=True), _("recipe")),
        optional("operator", NAME, _("who did it")),
        optional("balance_reason", NOTE, _("what became of the rest")),
    ),
    explained_by=(("unexplained", "balance_reason"),),
)

PROCESS_CORRECTED = EventType(
    name="process.corrected",
    label=_("Processing corrected"),
    entities=("process",),
    body=CORRECTION,
    corrects=("process.completed",),
)

_RESULT = Members(
    Member("analyte", NAME, _("analyte")),
    optional("value", Number(places=8, most=Decimal(1_000_000)), _("value")),
    # The result is "below this": the laboratory's limit of detection.
    optional("lod", Number(places=8, most=Decimal(1_000_000), above_zero=True), _("limit of detection")),
    Member("unit", Choice(RESULT_UNITS), _("unit")),
    optional("method", NAME, _("method")),
    one_of=("value", "lod"),
)

TESTS = (
    EventType(
        name="sample.taken",
        label=_("Sample taken"),
        entities=("lot",),
        body=Members(
            Member("sample", NAME, _("sample number")),
            # Whom the sample was given to: only this party may report on it.
            optional("laboratory", UUID, _("laboratory")),
            the_day(_("day of sampling")),
            optional("standard", NAME, _("sampling standard")),
            optional("kg", KILOGRAMS, _("quantity, kg")),
            optional("purpose", Choice(("own", "entrusted", "supervision", "delivery")), _("purpose")),
        ),
        private=notes(optional("sampler", NAME, _("who sampled")), optional("place", NAME, _("place"))),
    ),
    EventType(
        name="test.reported",
        label=_("Laboratory test"),
        entities=("lot",),
        body=Members(
            optional("sample", NAME, _("sample number")),
            Member("laboratory", UUID, _("laboratory")),
            optional("report_no", NAME, _("report number")),
            the_day(_("day of the report")),
            Member("results", ListOf(_RESULT, _MOST_ITEMS), _("results")),
            # The laboratory's own word, which may rest on a text that our tables do not have.
            optional("conclusion", Choice(("conforming", "non_conforming")), _("the laboratory's conclusion")),
        ),
        private=notes(optional("signatory", NAME, _("who signed the report"))),
    ),
    EventType(
        name="test.corrected",
        label=_("Laboratory test corrected"),
        entities=("lot",),
        body=CORRECTION,
        corrects=("test.reported",),
    ),
)


def _name() -> tuple[Member, ...]:
    return (
        fixed("epc", URI, _("identifier")),
        optional("kind", Pattern(re.compile(r"[A-Z]{1,10}"), "LOT"), _("kind")),
        optional("gtin", Pattern(re.compile(r"[0-9]{14}"), "06901234567892"), _("GTIN")),
        optional("code", NAME, _("lot number")),
    )


_QUANTITY = Number(places=12, most=Decimal(10**15))
# What an EPCIS event does to an item, where it does more than see it; UNDONE takes back what it did before.
MADE, USED, UNDONE = "made", "used", "undone"
# Said by a party that does not have the item in hand: it is told, and changes neither stock nor genealogy.
SAID_ONLY = "said_only"
# Events of one transformation that come one by one join each with each: so many items, and no more links than these.
MOST_JOINED = 400

EPCIS = (
    EventType(
        name="epcis.captured",
        label=_("EPCIS event"),
        entities=("epcis",),
        place=Place.ANY,
        # The normal form of the whole event, which traceability.epcis writes and checks.
        body=Members(
            Member("event_id", Text(400), _("eventID")),
            Member("hash_id", Text(120), _("event hash id")),
            Member("event_type", Pattern(re.compile(r"[A-Z][A-Za-z]{1,40}"), "ObjectEvent"), _("type of event")),
            is_open=True,
        ),
        private=Members(is_open=True),
    ),
    # The beginning of an item that somebody used before anybody told of it: what used it rests on what will be told.
    EventType(
        name="item.named",
        label=_("First named in an EPCIS event"),
        entities=("lot",),
        place=Place.FIRST,
        body=Members(*_name()),
    ),
    EventType(
        name="item.linked",
        label=_("Named in an EPCIS event"),
        entities=("lot",),
        place=Place.ANY,
        body=Members(
            *_name(),
            Member("role", Pattern(re.compile(r"[A-Za-z]{1,20}"), "output"), _("role")),
            fixed("event", EVENT, _("event")),
            optional("effect", Choice((MADE, USED, UNDONE)), _("effect on the item")),
            optional(SAID_ONLY, Flag(), _("said by a party that did not have it in hand")),
            optional("quantity", _QUANTITY, _("quantity")),
            optional("uom", Pattern(re.compile(r"[A-Z0-9]{2,3}"), "KGM"), _("unit")),
            optional("kg", _QUANTITY, _("quantity, kg")),
            optional("product_name", Text(120), _("product")),
            optional("crop", CROP, _("crop")),
            optional("product_form", WORD, _("product form")),
            optional("date", DAY, _("day of production")),
        ),
    ),
    # Several events that bear one transformationID are one transformation: here they are told together.
    EventType(
        name="transformation.joined",
        label=_("Part of a transformation"),
        entities=("transformation",),
        place=Place.ANY,
        body=Members(
            fixed("transformation_id", URI, _("transformation")),
            fixed("event", EVENT, _("event")),
            optional("inputs", ListOf(LOT, MOST_JOINED), _("inputs")),
            optional("outputs", ListOf(LOT, MOST_JOINED), _("outputs")),
            optional("undone", Flag(), _("declared wrong")),
        ),
    ),
)

TRADE = (*LOTS, PROCESS, PROCESS_CORRECTED, *TESTS, *EPCIS)
