"""The normal form of an event: what the log keeps of it, beside the event itself as an attachment.

It holds to the profile of the log's leaves: no floats (quantities are decimal text), ASCII names, nothing empty.
Members of partners' own vocabularies stay in the attachment, whose hash the log holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from traceability.epcis import identifiers
from traceability.epcis.documents import Event
from traceability.epcis.errors import SizeError
from traceability.epcis.formats import moment, moment_text
from traceability.epcis.hashing import event_hash_id
from traceability.epcis.items import Item, items_of

# A leaf of the log has at most 32 KiB; a quarter of it is left to the rest: inputs, attachments, signature.
MAX_BYTES = 24 * 1024
_SECRETS = frozenset({"biz_transactions", "sources", "destinations"})
_PLACES = frozenset({"read_point", "biz_location"})
_WORD_LEADS = (
    "https://ref.gs1.org/cbv/BizStep-",
    "https://ref.gs1.org/cbv/Disp-",
    "https://ref.gs1.org/cbv/BTT-",
    "https://ref.gs1.org/cbv/SDT-",
    "https://ref.gs1.org/cbv/ER-",
    "cbv:BizStep-",
    "cbv:Disp-",
    "cbv:BTT-",
    "cbv:SDT-",
    "cbv:ER-",
)


def normalise(event: Event, *, limit: int = MAX_BYTES) -> dict[str, Any]:
    """Bring an event to its normal form. Requires an event that `validation` found without errors.

    An event without an eventID gets its hash id for one, as CBV 2.0 proposes. Times are UTC, identifiers canonical,
    words of the standard vocabulary bare. Raises SizeError where the form would have more than `limit` bytes.
    """
    value = event.value
    hash_id = event_hash_id(event)
    items = items_of(event)
    form = _without_empty(
        {
            "event_id": event.event_id or hash_id,
            "hash_id": hash_id,
            "event_type": event.type,
            "action": value.get("action"),
            "event_time": _time(value["eventTime"]),
            "offset": value["eventTimeZoneOffset"],
            "biz_step": _word(value.get("bizStep")),
            "disposition": _word(value.get("disposition")),
            "persistent_disposition": _persistent(value.get("persistentDisposition", {})),
            "read_point": _identifier(value.get("readPoint", {}).get("id")),
            "biz_location": _identifier(value.get("bizLocation", {}).get("id")),
            "items": [_item(item) for item in items],
            "transformation_id": _identifier(value.get("transformationID")),
            "biz_transactions": _typed(value.get("bizTransactionList", ()), "bizTransaction"),
            "sources": _typed(value.get("sourceList", ()), "source"),
            "destinations": _typed(value.get("destinationList", ()), "destination"),
            "error_declaration": _declaration(value.get("errorDeclaration")),
        }
    )
    size = len(orjson.dumps(form))
    if size > limit:
        raise SizeError(event.pointer, "too_large_to_record", items=len(items), size=size, limit=limit)
    return form


def is_secret(name: str, value: object) -> bool:
    """Whether a member of the normal form is for those alone who may see the event, and not for all readers of a log.

    Numbers of orders and invoices and the parties of a trade are business secrets; coordinates are somebody's place.
    """
    return name in _SECRETS or (name in _PLACES and str(value).lower().startswith("geo:"))


def bare_word(text: str) -> str:
    """Bring a word of the standard vocabulary to its bare form; any other text stays as it is."""
    lead = next((one for one in _WORD_LEADS if text.startswith(one)), "")
    return text.removeprefix(lead)


def _item(item: Item) -> dict[str, Any]:
    return _without_empty({"item": item.id, "role": str(item.role), "quantity": item.quantity, "uom": item.uom})


def _typed(listed: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    return [_without_empty({"type": _word(one.get("type")), "id": _identifier(one[name])}) for one in listed]


def _persistent(value: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return _without_empty({name: [_word(word) for word in value.get(name, ())] for name in ("set", "unset")})


def _declaration(value: Mapping[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {}
    return _without_empty(
        {
            "reason": _word(value.get("reason")),
            "time": _time(value["declarationTime"]),
            "corrective_ids": list(value.get("correctiveEventIDs", ())),
        }
    )


def _time(text: str) -> str:
    return moment_text(moment(text))


def _identifier(uri: str | None) -> str | None:
    return identifiers.canonical(uri) if uri else None


def _word(text: str | None) -> str | None:
    return bare_word(text) if text else None


def _without_empty(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
