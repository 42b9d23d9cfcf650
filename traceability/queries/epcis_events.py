"""Captured events by the parameters of EPCIS 2.0 queries, page by page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation
from traceability.epcis.errors import EpcisError
from traceability.epcis.formats import moment
from traceability.epcis.identifiers import item_name
from traceability.epcis.normal import bare_word
from traceability.models import EpcisEvent, EpcisItem

DEFAULT_PAGE = 30
LARGEST_PAGE = 100
# A page is full at so many bytes, too: events may be long.
_PAGE_BYTES = 4 * 1024 * 1024
# Values of one parameter, parted as the REST bindings of EPCIS 2.0 part them.
_BAR = "|"
_PAGING = frozenset({"perPage", "nextPageToken"})
_SALT = "traceability.epcis_events"


class QueryError(EpcisError):
    """A parameter of a query cannot be read, or is not known here."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of events and the token of the next, empty at the end."""

    events: Sequence[EpcisEvent]
    next_token: str


def entity_of(party: Organisation, event_id: str) -> UUID:
    """Give the id of the history of an eventID. Each party's ids are its own: nobody can take another's first."""
    return uuid5(NAMESPACE_URL, f"{party.public_id} {event_id}")


def events_named(party: Organisation, event_id: str) -> QuerySet[EpcisEvent]:
    """List the events of a party that bear an eventID: the first, and those that declare it wrong."""
    return EpcisEvent.objects.filter(party=party, entity_id=entity_of(party, event_id)).order_by("eseq")


def events_of(party: Organisation, parameters: Mapping[str, str]) -> Page:
    """Find what a party captured, in the order in which it was, filtered by parameters. Raises QueryError.

    Each value of a parameter is one text; several stand in it with bars between them.
    """
    found = EpcisEvent.objects.filter(party=party)
    for name, text in parameters.items():
        if name not in _PAGING:
            found = found.filter(_filter(name, text, party))
    size = _page_size(parameters.get("perPage", ""))
    after = _place(parameters.get("nextPageToken", ""))
    if after:
        time, record_id = after
        found = found.filter(Q(record_time__gt=time) | Q(record_time=time, record_id__gt=record_id))
    return _page(found.order_by("record_time", "record_id")[: size + 1], size)


def _filter(name: str, text: str, party: Organisation) -> Q:
    condition = _CONDITIONS.get(name)
    if condition is None:
        raise QueryError(f"/{name[:80]}", "unknown_parameter", name=name[:80])
    values = text.split(_BAR)
    if "" in values:
        raise QueryError(f"/{name}", "empty_text")
    if "\0" in text:
        raise QueryError(f"/{name}", "text_not_printable")
    return condition(name, values, party)


_Condition = Callable[[str, Sequence[str], Organisation], Q]


def _words(column: str) -> _Condition:
    return lambda _name, values, _party: Q(**{f"{column}__in": [bare_word(value) for value in values]})


def _choice(column: str, choices: Iterable[str]) -> _Condition:
    def condition(name: str, values: Sequence[str], _party: Organisation) -> Q:
        if not set(values) <= set(choices):
            raise QueryError(f"/{name}", "not_in_list", choices=", ".join(choices))
        return Q(**{f"{column}__in": values})

    return condition


def _time(lookup: str) -> _Condition:
    def condition(name: str, values: Sequence[str], _party: Organisation) -> Q:
        try:
            (at,) = map(moment, values)
        except ValueError as error:
            raise QueryError(f"/{name}", "not_a_moment") from error
        return Q(**{lookup: at})

    return condition


def _touching(*roles: str) -> _Condition:
    def condition(_name: str, values: Sequence[str], _party: Organisation) -> Q:
        names = [item_name(value) for value in values]
        return Q(Exists(EpcisItem.objects.filter(event=OuterRef("pk"), role__in=roles, lot__epc__in=names)))

    return condition


def _event_ids(_name: str, values: Sequence[str], party: Organisation) -> Q:
    return Q(entity_id__in=[entity_of(party, value) for value in values])


_ANY = ("epc", "quantity", "child", "parent", "input", "output")
_CONDITIONS: Mapping[str, _Condition] = {
    "eventType": _words("event_type"),
    "EQ_action": _choice("action", ("ADD", "OBSERVE", "DELETE")),
    "EQ_bizStep": _words("biz_step"),
    "EQ_disposition": _words("disposition"),
    "EQ_eventID": _event_ids,
    "GE_eventTime": _time("event_time__gte"),
    "LT_eventTime": _time("event_time__lt"),
    "GE_recordTime": _time("record_time__gte"),
    "LT_recordTime": _time("record_time__lt"),
    "MATCH_epc": _touching("epc", "child"),
    "MATCH_parentID": _touching("parent"),
    "MATCH_inputEPC": _touching("input"),
    "MATCH_outputEPC": _touching("output"),
    "MATCH_anyEPC": _touching(*_ANY),
    "MATCH_epcClass": _touching("quantity", "child"),
    "MATCH_inputEPCClass": _touching("input"),
    "MATCH_outputEPCClass": _touching("output"),
    "MATCH_anyEPCClass": _touching(*_ANY),
}
PARAMETERS = (*_CONDITIONS, *sorted(_PAGING))


def _page_size(text: str) -> int:
    if not text:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise QueryError("/perPage", "not_an_integer")
    if not int(text):
        raise QueryError("/perPage", "below_minimum", limit=1)
    return min(int(text), LARGEST_PAGE)


def _page(found: QuerySet[EpcisEvent], size: int) -> Page:
    rows: list[EpcisEvent] = []
    length = 0
    # A few at a time: a hundred long events would not fit into the memory of a small machine.
    for row in found.iterator(chunk_size=10):
        length += len(row.document)
        if rows and (len(rows) == size or length > _PAGE_BYTES):
            return Page(rows, _token(rows[-1]))
        rows.append(row)
    return Page(rows, "")


def _token(last: EpcisEvent) -> str:
    # Signed, so that a token which was made up or cut short is told apart from the end of the list.
    return signing.dumps([last.record_time.isoformat(), str(last.pk)], salt=_SALT)


def _place(token: str) -> tuple[datetime, UUID] | None:
    if not token:
        return None
    try:
        time, record_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise QueryError("/nextPageToken", "unknown_token") from error
    return datetime.fromisoformat(time), UUID(record_id)
