"""What each type of event says to a consumer: a title, and a few details. Nothing here is private."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from traceability.decimals import read_decimal
from traceability.events import event_type
from traceability.msgids import gettext_noop
from traceability.projections.standing import Standing
from traceability.queries.trace import Story
from traceability.standards.stages import operations, stage
from traceability.web.trace.epcis import epcis_saying
from traceability.web.trace.parties import party_name
from traceability.web.trace.process_words import made_kg, process_details
from traceability.web.trace.text import area, capitalised, day, in_words, mass, plain, titled, village
from traceability.web.words import word


@dataclass(frozen=True, slots=True)
class Saying:
    """A title and its details; `alarm` is what a reader should not overlook."""

    title: str
    details: tuple[str, ...] = ()
    alarm: str = ""


def saying_of(one: Standing, story: Story) -> Saying:
    """Put an event into words."""
    return _SAYINGS.get(one.type, _label_only)(one, story)


def label_of(name: str) -> str:
    """Name a type of event in the reader's language."""
    return _(event_type(name).label)


_DOSES: Mapping[str, str] = MappingProxyType(
    {
        "g/mu": gettext_noop("%(value)s g a mu"),
        "kg/mu": gettext_noop("%(value)s kg a mu"),
        "mL/mu": gettext_noop("%(value)s mL a mu"),
        "L/mu": gettext_noop("%(value)s L a mu"),
        "g/L": gettext_noop("%(value)s g in a litre"),
        "mL/L": gettext_noop("%(value)s mL in a litre"),
        "dilution": gettext_noop("diluted 1:%(value)s"),
    }
)


def _label_only(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type))


def _plot(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type), (one.body["number"], *_areas(one, "declared_mu"), *_village(one)))


def _season(one: Standing, _story: Story) -> Saying:
    return Saying(titled(label_of(one.type), one.body["variety"]), _areas(one, "area_mu"))


def _sown(one: Standing, story: Story) -> Saying:
    seed = one.number("seed_kg")
    return Saying(
        titled(label_of(one.type), _variety(one, story)),
        (*([mass(seed)] if seed else []), *_areas(one, "area_mu")),
    )


def _irrigated(one: Standing, _story: Story) -> Saying:
    water, depth = one.number("water_m3"), one.number("depth_mm")
    amounts = [_("%(number)s m³ of water") % {"number": plain(water)}] if water else []
    amounts += [_("%(number)s mm deep") % {"number": plain(depth)}] if depth else []
    return Saying(label_of(one.type), tuple(amounts))


def _fertilised(one: Standing, _story: Story) -> Saying:
    return Saying(titled(label_of(one.type), one.body["product"]), (mass(_kg(one)), *_areas(one, "area_mu")))


def _sprayed(one: Standing, _story: Story) -> Saying:
    dose, days = one.body["dose"], one.body["phi_days"]
    amount = _(_DOSES[dose["unit"]]) % {"value": plain(read_decimal(dose["value"]))}
    interval = _("pre-harvest interval %(days)s days, harvest from %(day)s") % {
        "days": days,
        "day": day(one.day + timedelta(days=days), year=one.day.year),
    }
    return Saying(titled(label_of(one.type), f"{one.body['product']} {amount}"), (one.body["target"], interval))


def _tended(one: Standing, _story: Story) -> Saying:
    known = operations().get(one.body["operation"])
    name = in_words(known.name) if known else one.body["operation"].replace("_", " ")
    return Saying(capitalised(name), _areas(one, "area_mu"))


def _observed(one: Standing, story: Story) -> Saying:
    crop = _season_body(one, story).get("crop", "")
    found = stage(crop, one.body["stage"]) if "stage" in one.body else None
    title = titled(label_of(one.type), in_words(found.name) if found else "")
    height, pests = one.number("height_cm"), one.number("pest_percent")
    details = [_("height %(number)s cm") % {"number": plain(height)}] if height else []
    details += [_("pest or disease on %(number)s %% of plants") % {"number": plain(pests)}] if pests else []
    return Saying(title, tuple(details))


def _harvested(one: Standing, _story: Story) -> Saying:
    early = _("inside the pre-harvest interval") if one.body.get("inside_interval") else ""
    return Saying(titled(_("Harvest"), mass(_kg(one))), (one.body.get("variety", ""), *_moisture(one)), early)


def _processed(one: Standing, _story: Story) -> Saying:
    return Saying(titled(label_of(one.type), mass(_kg(one))), _moisture(one))


def _process(one: Standing, _story: Story) -> Saying:
    return Saying(f"{capitalised(word(one.body['process']))} → {mass(made_kg(one))}", process_details(one))


def _sampled(one: Standing, story: Story) -> Saying:
    laboratory = story.parties.get(one.body.get("laboratory", ""))
    given = [_("given to %(name)s") % {"name": laboratory.name}] if laboratory else []
    return Saying(label_of(one.type), (one.body["sample"], *given))


def _tested(one: Standing, _story: Story) -> Saying:
    results = one.body["results"]
    count = _("%(count)s results") % {"count": len(results)}
    return Saying(label_of(one.type), (one.body.get("report_no", ""), count))


def _handed_over(one: Standing, story: Story) -> Saying:
    return Saying(label_of(one.type), (_("to %(name)s") % {"name": party_name(story.parties.get(one.body["to"]))},))


def _received(one: Standing, _story: Story) -> Saying:
    if "refused" in one.body:
        return Saying(_("Delivery refused"), (word(one.body["refused"]),))
    return Saying(label_of(one.type), (mass(_kg(one)), *_moisture(one)))


def _taken_in(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type), (mass(_kg(one)), *_moisture(one)))


def _held(one: Standing, story: Story) -> Saying:
    reason = word(one.body["reason"])
    released = (event.leaf.body["hold"] for event in story.events if event.leaf.type == "lot.released")
    # What is over is told; what still holds must not be overlooked.
    is_over = one.event.leaf.id in released
    return Saying(label_of(one.type), (reason,) if is_over else (), "" if is_over else reason)


def _released(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type), (word(one.body["reason"]),))


def _certificate(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type), (one.body["number"], mass(_kg(one)), one.body["origin"]))


def _captured(one: Standing, story: Story) -> Saying:
    return Saying(*epcis_saying(one.body, story))


def _linked(one: Standing, _story: Story) -> Saying:
    return Saying(label_of(one.type), (), _("said by a party that did not have it in hand"))


def _kg(one: Standing) -> Decimal:
    return read_decimal(one.body["kg"])


def _areas(one: Standing, name: str) -> tuple[str, ...]:
    found = one.number(name)
    return (area(found),) if found else ()


def _moisture(one: Standing) -> tuple[str, ...]:
    found = one.number("moisture_percent")
    return (_("moisture %(number)s %%") % {"number": plain(found)},) if found else ()


def _village(one: Standing) -> tuple[str, ...]:
    return (village(one.body["division_code"]),) if "division_code" in one.body else ()


def _variety(one: Standing, story: Story) -> str:
    return str(_season_body(one, story).get("variety", ""))


def _season_body(one: Standing, story: Story) -> Mapping[str, Any]:
    entity = one.event.leaf.entity
    opened = (event for event in story.events if event.leaf.entity == entity and event.leaf.type == "season.opened")
    found = next(opened, None)
    return found.leaf.body if found else {}


_SAYINGS: Mapping[str, Callable[[Standing, Story], Saying]] = MappingProxyType(
    {
        "plot.registered": _plot,
        "season.opened": _season,
        "growth.sown": _sown,
        "growth.transplanted": _sown,
        "growth.irrigated": _irrigated,
        "growth.fertilised": _fertilised,
        "growth.sprayed": _sprayed,
        "growth.tended": _tended,
        "growth.observed": _observed,
        "lot.harvested": _harvested,
        "lot.processed": _processed,
        "process.completed": _process,
        "sample.taken": _sampled,
        "test.reported": _tested,
        "lot.handed_over": _handed_over,
        "lot.shipped": _handed_over,
        "lot.received": _received,
        "lot.taken_in": _taken_in,
        "certificate.issued": _certificate,
        "certificate.voided": _released,
        "lot.held": _held,
        "lot.released": _released,
        "epcis.captured": _captured,
        "item.linked": _linked,
    }
)
