"""EPCIS events in a consumer's words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from traceability.decimals import read_decimal
from traceability.msgids import gettext_noop
from traceability.queries.trace import Story
from traceability.web.trace.text import capitalised, listed, plain, product, short_name

# The business steps of CBV 2.0.
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "accepting": gettext_noop("Accepted"),
        "arriving": gettext_noop("Arrived"),
        "assembling": gettext_noop("Assembled"),
        "collecting": gettext_noop("Collected"),
        "commissioning": gettext_noop("Labelled for the first time"),
        "consigning": gettext_noop("Consigned"),
        "creating_class_instance": gettext_noop("Lot made"),
        "cycle_counting": gettext_noop("Counted in stock"),
        "decommissioning": gettext_noop("Label taken out of use"),
        "departing": gettext_noop("Departed"),
        "destroying": gettext_noop("Destroyed"),
        "disassembling": gettext_noop("Taken apart"),
        "dispensing": gettext_noop("Dispensed"),
        "encoding": gettext_noop("Code written"),
        "entering_exiting": gettext_noop("Passed a gate"),
        "holding": gettext_noop("Held back"),
        "inspecting": gettext_noop("Inspected"),
        "installing": gettext_noop("Installed"),
        "killing": gettext_noop("Tag switched off"),
        "loading": gettext_noop("Loaded"),
        "other": gettext_noop("Another step"),
        "packing": gettext_noop("Packed"),
        "picking": gettext_noop("Picked for an order"),
        "receiving": gettext_noop("Received"),
        "removing": gettext_noop("Removed"),
        "repackaging": gettext_noop("Repackaged"),
        "repairing": gettext_noop("Repaired"),
        "replacing": gettext_noop("Replaced"),
        "reserving": gettext_noop("Code reserved"),
        "retail_selling": gettext_noop("Sold to a consumer"),
        "sampling": gettext_noop("Sample taken"),
        "sensor_reporting": gettext_noop("Sensor report"),
        "shipping": gettext_noop("Shipped"),
        "staging_outbound": gettext_noop("Made ready to ship"),
        "stock_taking": gettext_noop("Stock taken"),
        "stocking": gettext_noop("Put on the shelf"),
        "storing": gettext_noop("Stored"),
        "transporting": gettext_noop("Transported"),
        "unloading": gettext_noop("Unloaded"),
        "unpacking": gettext_noop("Unpacked"),
        "void_shipping": gettext_noop("Shipment undone"),
    }
)
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "input": gettext_noop("used: %(items)s"),
        "output": gettext_noop("made: %(items)s"),
        "child": gettext_noop("contains: %(items)s"),
        "parent": gettext_noop("in: %(items)s"),
        "epc": gettext_noop("items: %(items)s"),
        "quantity": gettext_noop("items: %(items)s"),
    }
)
_MOST_ITEMS = 4
# Rec 20 and Rec 21 codes that consumers meet; those of other trades stand as they are.
_UNITS = MappingProxyType(
    {"KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "L", "LBR": "lb", "EA": "", "CS": gettext_noop("cases")}
)


def epcis_saying(body: Mapping[str, Any], story: Story) -> tuple[str, tuple[str, ...], str]:
    """Give title, details and alarm of a captured event."""
    step = body.get("biz_step", "")
    title = _(STEPS[step]) if step in STEPS else _own_word(step) or body["event_type"]
    named = {lot.epc: product(lot) for lot in story.lots.values() if lot.product_name}
    details = [_items(role, body, named) for role in _ROLES]
    place = body.get("biz_location") or body.get("read_point")
    details += [_("at %(place)s") % {"place": short_name(place)}] if place else []
    declared = _("declared to be an error") if "error_declaration" in body else ""
    return title, tuple(filter(None, details)), declared


def _items(role: str, body: Mapping[str, Any], named: Mapping[str, str]) -> str:
    found = [one for one in body.get("items", ()) if one["role"] == role]
    if not found:
        return ""
    # Ten crates of one product are one name, not ten.
    texts = list(dict.fromkeys(_item(one, named) for one in found))
    more = [_("%(count)s more") % {"count": len(texts) - _MOST_ITEMS}] if len(texts) > _MOST_ITEMS else []
    return _(_ROLES[role]) % {"items": listed([*texts[:_MOST_ITEMS], *more])}


def _item(one: Mapping[str, Any], named: Mapping[str, str]) -> str:
    name = named.get(one["item"]) or short_name(one["item"])
    if "quantity" not in one:
        return name
    unit = one.get("uom", "")
    return f"{name} {plain(read_decimal(one['quantity']))} {_unit(unit)}".strip()


def _unit(code: str) -> str:
    known = _UNITS.get(code, code)
    # An empty text has a translation, too: the head of the catalogue.
    return _(known) if known else ""


def _own_word(step: str) -> str:
    return capitalised(step.rstrip("/").rpartition("/")[2].rpartition("-")[2].replace("_", " "))
