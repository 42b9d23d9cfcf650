"""Events on plots and crop seasons."""

import re
from decimal import Decimal

from traceability.events.event_type import EventType, Place
from traceability.events.kinds import UUID, Choice, Flag, Gtin, Json, Number, Pattern, Whole
from traceability.events.members import Member, Members, fixed, optional
from traceability.events.vocabulary import (
    CORRECTION,
    CROP,
    DOSE_UNITS,
    KILOGRAMS,
    LOT,
    MU,
    NAME,
    PLOT,
    REGISTRATION,
    WATER_UNITS,
    amount,
    notes,
    the_day,
    typed_area,
    typed_mass,
)
from traceability.msgids import gettext_noop as _

PLOTS = (
    EventType(
        name="plot.registered",
        label=_("Plot registered"),
        entities=("plot",),
        place=Place.FIRST,
        body=Members(
            fixed("holder", UUID, _("holder")),
            Member("number", NAME, _("plot number")),
            optional("division_code", Pattern(re.compile(r"[0-9]{12}"), "211122105203"), _("village division code")),
            optional("country", Pattern(re.compile(r"[A-Z]{2}"), "CN"), _("country")),
            Member("declared_mu", MU, _("declared area, mu")),
            optional("measured_mu", MU, _("measured area, mu")),
            typed_area(),
            optional("boundary_kind", Choice(("Point", "Polygon", "MultiPolygon")), _("kind of boundary")),
        ),
        private=notes(
            optional("name", NAME, _("plot name")),
            optional("holder_name", NAME, _("holder's name")),
            optional("boundary", Json(), _("boundary (WGS 84)")),
        ),
    ),
    EventType(
        name="plot.corrected",
        label=_("Plot corrected"),
        entities=("plot",),
        body=CORRECTION,
        corrects=("plot.registered",),
    ),
    EventType(
        name="plot.retired",
        label=_("Plot retired"),
        entities=("plot",),
        body=Members(
            Member("reason", Choice(("given_up", "merged", "divided", "other_use", "other")), _("reason")),
        ),
        private=notes(),
    ),
)

SEASONS = (
    EventType(
        name="season.opened",
        label=_("Season opened"),
        entities=("season",),
        place=Place.FIRST,
        body=Members(
            fixed("plot", PLOT, _("plot")),
            Member("crop", CROP, _("crop")),
            Member("variety", NAME, _("variety")),
            Member("year", Whole(2000, 2100), _("year")),
            Member("area_mu", MU, _("area, mu")),
            typed_area(),
            optional("gtin", Gtin(), _("GTIN")),
        ),
        private=notes(),
    ),
    EventType(
        name="season.corrected",
        label=_("Season corrected"),
        entities=("season",),
        body=CORRECTION,
        corrects=("season.opened", "season.harvested"),
    ),
    EventType(
        name="season.harvested",
        label=_("Harvest"),
        entities=("season",),
        body=Members(
            the_day(_("day of harvest")),
            fixed("lot", LOT, _("lot")),
            Member("kg", KILOGRAMS, _("quantity, kg")),
            typed_mass(),
            optional("area_mu", MU, _("area harvested, mu")),
            optional("inside_interval", Flag(), _("inside the pre-harvest interval")),
        ),
        private=notes(optional("interval_reason", NAME, _("reason for harvesting early"))),
        explained_by=(("inside_interval", "interval_reason"),),
    ),
)

_WATER = Number(places=2, most=Decimal(1_000_000), above_zero=True)
_MILLIMETRES = Number(places=1, most=Decimal(2_000), above_zero=True)


def _growth(name: str, label: str, *members: Member, private: Members | None = None) -> EventType:
    return EventType(
        name=f"growth.{name}",
        label=label,
        entities=("season",),
        body=Members(the_day(_("day")), *members),
        private=private or notes(optional("operator", NAME, _("who did it"))),
    )


GROWTH = (
    _growth(
        "sown",
        _("Sowing"),
        optional("seed_lot", NAME, _("seed lot")),
        optional("seed_kg", KILOGRAMS, _("seed, kg")),
        typed_mass(),
        optional("area_mu", MU, _("area, mu")),
        optional("method", Choice(("broadcast", "drill", "hole", "tray", "film")), _("method")),
    ),
    _growth(
        "transplanted",
        _("Transplanting"),
        optional("seedling_age_days", Whole(0, 1000), _("age of the seedlings, days")),
        optional("area_mu", MU, _("area, mu")),
        optional("method", Choice(("hand", "machine", "throwing")), _("method")),
    ),
    _growth(
        "irrigated",
        _("Irrigation"),
        optional("water_m3", _WATER, _("water, m3")),
        optional("depth_mm", _MILLIMETRES, _("depth of water, mm")),
        optional("typed", amount(WATER_UNITS), _("as typed")),
        optional("method", Choice(("flooding", "furrow", "drip", "sprinkler", "draining")), _("method")),
    ),
    _growth(
        "fertilised",
        _("Fertilising"),
        Member("product", NAME, _("product")),
        optional("registration_no", REGISTRATION, _("registration number")),
        Member("kg", KILOGRAMS, _("quantity, kg")),
        typed_mass(),
        optional("area_mu", MU, _("area, mu")),
        optional("use", Choice(("base", "seedling", "top_dressing", "leaf")), _("use")),
    ),
    _growth(
        "sprayed",
        _("Spraying"),
        Member("product", NAME, _("product")),
        optional("registration_no", REGISTRATION, _("registration number")),
        Member("dose", amount(DOSE_UNITS), _("dose")),
        Member("target", NAME, _("pest, disease or weed")),
        optional("area_mu", MU, _("area, mu")),
        Member("phi_days", Whole(0, 365), _("pre-harvest interval, days")),
    ),
    _growth(
        "tended",
        _("Field work"),
        Member("operation", Pattern(re.compile(r"[a-z]{1,20}(_[a-z]{1,20}){0,2}"), "weeding"), _("field operation")),
        optional("area_mu", MU, _("area, mu")),
    ),
    _growth(
        "observed",
        _("Observation"),
        optional("stage", Pattern(re.compile(r"[0-9]{2,3}"), "65"), _("growth stage (BBCH)")),
        optional("height_cm", Number(places=1, most=Decimal(2000), above_zero=True), _("height, cm")),
        optional("pest_percent", Number(places=1, most=Decimal(100)), _("plants with pest or disease, %")),
        private=notes(optional("observer", NAME, _("who observed"))),
    ),
    _growth("photographed", _("Photo"), private=notes(optional("caption", NAME, _("caption")))),
)

GROWTH_CORRECTED = EventType(
    name="growth.corrected",
    label=_("Record corrected"),
    entities=("season",),
    body=CORRECTION,
    corrects=tuple(growth.name for growth in GROWTH),
)

FARM = (*PLOTS, *SEASONS, *GROWTH, GROWTH_CORRECTED)
