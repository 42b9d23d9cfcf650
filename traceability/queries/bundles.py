"""One lot's story in one file, for anybody to check."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db import connection

from traceability import vault
from traceability.ledger.bundle import Bundle, BundleHead, Disclosure, build_bundle
from traceability.models import Lot, SignedCheckpoint
from traceability.queries import log, proofs, witnesses
from traceability.queries.closures import published_closure
from traceability.queries.history import Event
from traceability.queries.log import NotInLogError

# Which private members a reader is shown, by type of event.
Disclosing = Mapping[str, frozenset[str]]

# Strangers see none: bodies hold what everybody may read, private members name persons, places, secrets, or are free
# text, in which people write all three.
TO_STRANGERS: Disclosing = MappingProxyType({})
_OPENINGS = "SELECT record_id, path, token FROM ledger_opening WHERE record_id = ANY(%s)"


def bundle_of(lot: Lot, *, disclosing: Disclosing = TO_STRANGERS) -> bytes:
    """Write the bundle of a lot at the newest signed checkpoint.

    Records beyond that checkpoint are left out, with what only they rest on; the same log gives the same bytes. Raises
    NotInLogError where no checkpoint holds anything of the lot.
    """
    newest = log.checkpoint()
    events = published_closure(lot.entity, size=newest.size) if newest else []
    if newest is None or not events:
        raise NotInLogError(f"{lot.entity}: in no published checkpoint")
    disclosed = disclosures(events, disclosing)
    return build_bundle(put_together(events, newest, subject=lot.entity, disclosed=disclosed))


def put_together(
    events: Sequence[Event], newest: SignedCheckpoint, *, subject: str, disclosed: Iterable[Disclosure]
) -> Bundle:
    """Put whole histories up to a checkpoint together with their proofs and what of them is opened.

    Requires events in the order of entity and number, all of them below the checkpoint's size.
    """
    return Bundle(
        policy=witnesses.policy_of(newest.note).text(),
        checkpoint=newest.note,
        subject=subject,
        heads=tuple(_heads(events, newest.size)),
        records=tuple(event.data for event in events),
        disclosed=tuple(disclosed),
    )


def disclosures(events: Iterable[Event], disclosing: Disclosing) -> list[Disclosure]:
    """Open the named private members of events, by type; what was erased stays closed. Raises VaultError."""
    return list(_disclosures(events, disclosing))


def _heads(events: Sequence[Event], size: int) -> Iterable[BundleHead]:
    # In the order of their numbers, so that the last one of each entity stays.
    newest = {event.leaf.entity: event for event in events}
    places = {entity: event.index for entity, event in newest.items() if event.index is not None}
    found = proofs.inclusions(list(places.values()), size)
    for entity, index in places.items():
        event = newest[entity]
        yield BundleHead(entity, event.leaf.eseq, event.leaf_hash.hex(), index, tuple(found[index]))


def _disclosures(events: Iterable[Event], disclosing: Disclosing) -> Iterable[Disclosure]:
    paths = {event.id: disclosing[event.leaf.type] for event in events if event.leaf.type in disclosing}
    if not paths:
        return
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS, [list(paths)])
        rows = cursor.fetchall()
    for record_id, path, token in rows:
        if path in paths[record_id]:
            salt, value = vault.unseal(bytes(token))
            yield Disclosure(str(record_id), path, salt, value)
