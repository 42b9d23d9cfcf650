"""What the phone is told, in the reader's language where it is for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.utils.translation import get_language, gettext

from accounts.models import Membership
from traceability.errors import MESSAGES, InputError
from traceability.geometry import boundary_from_json, drawing
from traceability.models import Lot, Plot
from traceability.projections.standing import Standing
from traceability.queries.fieldwork import Field, products_of
from traceability.services.chain import OutboxFullError
from traceability.services.phone_records import Taken
from traceability.standards import stages


def snapshot(fields: Sequence[Field], *, membership: Membership, at: datetime) -> dict[str, Any]:
    """Give all that the phone keeps: who speaks, of which plots, and what its forms offer."""
    crops = {field.season.crop for field in fields if field.season}
    return {
        "log": settings.LOG_ORIGIN,
        "server_time": at.isoformat(),
        "language": get_language(),
        "actor": {"id": str(membership.user.public_id), "party": str(membership.organisation.public_id)},
        "party": membership.organisation.name,
        "plots": [_plot(field, membership) for field in fields],
        "products": [{"type": one.type, "body": _offered(one.body)} for one in products_of(fields)],
        "stages": {crop: _stages(crop) for crop in sorted(crops)},
    }


def outcome_of(taken: Taken) -> dict[str, Any]:
    """Tell what became of an entry that is on the chain."""
    receipt = taken.receipt
    found: dict[str, Any] = {
        "id": str(receipt.record_id),
        "state": "repeated" if taken.repeated else "taken",
        "eseq": receipt.eseq,
        "leaf_hash": bytes(receipt.leaf_hash).hex(),
        "recorded_at": receipt.recorded_at.isoformat(),
    }
    return found | ({"lot": _lot(taken.lot)} if taken.lot else {})


def refusal(sent: object, error: InputError) -> dict[str, Any]:
    """Tell which entry was refused, for which member and by which rule, in the reader's words."""
    text = gettext(MESSAGES[error.rule]).format(**error.params)
    fault = {"pointer": error.pointer, "rule": error.rule, "message": text[:1].upper() + text[1:]}
    return {"id": _id_of(sent), "state": "refused", "errors": [fault]}


def later(sent: object, error: OutboxFullError) -> dict[str, Any]:
    """Tell that there is no room for an entry now, and in how many seconds to send it again."""
    return {"id": _id_of(sent), "state": "later", "retry_after": error.retry_after}


def _id_of(sent: object) -> str | None:
    content = sent.get("content") if isinstance(sent, Mapping) else None
    name = content.get("id") if isinstance(content, Mapping) else None
    return name if isinstance(name, str) else None


def _plot(field: Field, membership: Membership) -> dict[str, Any]:
    plot, season = field.plot, field.season
    found: dict[str, Any] = {
        "id": str(plot.pk),
        "name": plot.name or plot.number,
        "mu": _plain(season.area_mu if season else plot.declared_mu),
        "picture": _picture(plot),
    }
    if plot.holder_id != membership.organisation_id:
        found["holder"] = {"id": str(plot.holder.public_id), "name": plot.holder.name}
    if season is not None:
        found["season"] = {
            "entity": season.entity,
            "crop": season.crop,
            "crop_name": season.get_crop_display(),
            "variety": season.variety,
            "stage": _stage_name(season.crop, season.stage),
            "opened_on": season.opened_on.isoformat(),
            "last": [_said(one) for one in field.last],
            "waits": [
                {"product": one.product, "from": one.sprayed_on.isoformat(), "to": one.harvest_from.isoformat()}
                for one in field.sprayings
            ],
        }
    return found


def _picture(plot: Plot) -> dict[str, Any] | None:
    if not plot.boundary:
        return None
    drawn = drawing(boundary_from_json(plot.boundary))
    return {"path": drawn.path, "width": drawn.width, "height": drawn.height}


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _said(one: Standing) -> dict[str, Any]:
    return {"type": one.type, "day": one.day.isoformat(), "body": _offered(one.body)}


def _offered(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in {"date", "lot", "inside_interval"}}


def _stages(crop: str) -> list[list[str]]:
    return [[one.code, one.name.in_language(get_language() or "")] for one in stages.stages(crop)]


def _stage_name(crop: str, code: str) -> str:
    found = stages.stage(crop, code) if code else None
    return found.name.in_language(get_language() or "") if found else code


def _lot(lot: Lot) -> dict[str, Any]:
    code = segno.make(_address(lot), error="m")
    rows = [bytes(row) for row in code.matrix]
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"id": str(lot.pk), "code": lot.code, "url": _address(lot), "qr": {"size": len(rows), "path": squares}}


def _address(lot: Lot) -> str:
    # Under our own domain also where the item has a name under another: the phone's camera should find our page.
    if lot.gtin:
        domain = settings.LOG_ORIGIN.partition("/")[0]
        return f"https://{domain}/01/{lot.gtin}/10/{quote(lot.code, safe='')}"
    return lot.epc
