"""Audit of the events in a tiled log of this product: rules, chains, inputs and signatures, from the files alone."""

from pathlib import Path

from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.audit import AuditReport, bundles_of
from traceability.ledger.chains import ChainChecker
from traceability.ledger.errors import LeafError
from traceability.ledger.leaf import parse_leaf
from traceability.ledger.merkle import leaf_hash

# Which event: the entity and the number in its chain.
Place = tuple[str, int]


def audit_events(folder: Path, audited: AuditReport) -> ChainChecker:
    """Check every entry of an audited log as an event of this product, and return the checker with its findings.

    Reads the entries a second time where some event names an input that was not the newest of its entity. Raises
    AuditError.
    """
    checker = ChainChecker(origin=audited.origin, thorough=True, keys=ActorKeys())
    for bundle in bundles_of(folder, audited.size):
        checker.feed(bundle)
    wanted = {(item.entity, item.eseq) for item in checker.open_inputs}
    stored = _leaf_hashes(folder, audited.size, wanted) if wanted else {}
    checker.resolve(lambda entity, eseq: stored.get((entity, eseq)))
    checker.findings.sort(key=lambda finding: finding.index)
    return checker


def _leaf_hashes(folder: Path, size: int, wanted: set[Place]) -> dict[Place, bytes]:
    found: dict[Place, bytes] = {}
    for bundle in bundles_of(folder, size):
        for _, data in bundle:
            place = _place(data)
            if place in wanted:
                found[place] = leaf_hash(data)
    return found


def _place(data: bytes) -> Place | None:
    try:
        leaf = parse_leaf(data)
    except LeafError:
        # Found already by the first reading; it stands for no event.
        return None
    return leaf.entity, leaf.eseq
