"""Captured events by the parameters of EPCIS 2.0 queries, page by page."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation
from traceability.epcis import identifiers
from traceability.epcis.errors import EpcisError
from traceability.epcis.formats import moment
from traceability.models import EpcisEvent, EpcisItem

DEFAULT_PAGE = 30
LARGEST_PAGE = 100
# Values of one parameter, parted as the REST bindings of EPCIS 2.0 part them.
_BAR = "|"


class QueryError(EpcisError):
    """A parameter of a query cannot be read, or is not known here."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of events and the token of the next, empty at the end."""

    events: Sequence[EpcisEvent]
    next_token: str


def events_of(party: Organisation, parameters: Mapping[str, str]) -> Page:
    """Find what a party captured, in the order in which it was, filtered by parameters. Raises QueryError."""
    wanted = {name: value for name, value in parameters.items() if name not in {"perPage", "nextPageToken"}}
    found = EpcisEvent.objects.filter(party=party)
    for name, value in wanted.items():
        found = _filtered(found, name, value)
    size = _page_size(parameters.get("perPage", ""))
    rows = list(_after(found, parameters.get("nextPageToken", "")).order_by("record_time", "record_id")[: size + 1])
    token = _token(rows[size - 1]) if len(rows) > size else ""
    return Page(rows[:size], token)


def _filtered(found: QuerySet[EpcisEvent], name: str, value: str) -> QuerySet[EpcisEvent]:
    if name in _EQUAL:
        return found.filter(**{f"{_EQUAL[name]}__in": [_word(one) for one in value.split(_BAR)]})
    if name in _TIMES:
        return found.filter(**{_TIMES[name]: _moment(name, value)})
    if name in _MATCHES:
        return found.filter(_touches(value.split(_BAR), _MATCHES[name]))
    raise QueryError(f"/{name}", "unknown_parameter", name=name[:80])


_EQUAL = {
    "eventType": "event_type",
    "EQ_action": "action",
    "EQ_bizStep": "biz_step",
    "EQ_disposition": "disposition",
    "EQ_eventID": "event_id",
}
_TIMES = {
    "GE_eventTime": "event_time__gte",
    "LT_eventTime": "event_time__lt",
    "GE_recordTime": "record_time__gte",
    "LT_recordTime": "record_time__lt",
}
_ANY = ("epc", "quantity", "child", "parent", "input", "output")
_MATCHES = {
    "MATCH_epc": ("epc", "child"),
    "MATCH_parentID": ("parent",),
    "MATCH_inputEPC": ("input",),
    "MATCH_outputEPC": ("output",),
    "MATCH_anyEPC": _ANY,
    "MATCH_epcClass": ("quantity", "child"),
    "MATCH_inputEPCClass": ("input",),
    "MATCH_outputEPCClass": ("output",),
    "MATCH_anyEPCClass": _ANY,
}


def _touches(epcs: Sequence[str], roles: Sequence[str]) -> Q:
    names = [identifiers.canonical(epc) for epc in epcs]
    return Q(Exists(EpcisItem.objects.filter(event=OuterRef("pk"), role__in=roles, lot__epc__in=names)))


def _word(text: str) -> str:
    """Bring a word of the standard vocabulary to the bare form that is stored."""
    for lead in ("https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/Disp-"):
        text = text.removeprefix(lead)
    return text


def _moment(name: str, value: str) -> datetime:
    try:
        return moment(value)
    except ValueError as error:
        raise QueryError(f"/{name}", "not_a_moment") from error


def _page_size(text: str) -> int:
    if not text:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < 1:
        raise QueryError("/perPage", "not_an_integer")
    return min(int(text), LARGEST_PAGE)


def _token(last: EpcisEvent) -> str:
    place = json.dumps([last.record_time.isoformat(), str(last.pk)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _after(found: QuerySet[EpcisEvent], token: str) -> QuerySet[EpcisEvent]:
    if not token:
        return found
    try:
        time, record_id = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        at, last = datetime.fromisoformat(time), UUID(record_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise QueryError("/nextPageToken", "unknown_token") from error
    return found.filter(Q(record_time__gt=at) | Q(record_time=at, record_id__gt=last))
