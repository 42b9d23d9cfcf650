"""What a verified bundle proves, what it does not, and the refusal of one that fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from traceability.ledger.errors import BundleError
from traceability.ledger.inspection import Inspection, inspect_bundle
from traceability.ledger.note import Note
from traceability.ledger.policy import Policy, parse_policy

# Said with every proof, lest "verified" be read as "true".
NOT_CLAIMED = (
    "that what was said is true: a ledger proves what was said, by which key or account, and in what order",
    "that no later event exists: the newest may be missing from this file",
    "who the persons behind the pseudonyms are",
    "that attached files exist or show what they should: compare their SHA-256",
)


@dataclass(frozen=True, slots=True)
class ReportedRecord:
    """One proven record; its place in the log is known for the head of each chain."""

    entity: str
    eseq: int
    id: str
    type: str
    time: str
    signed: bool
    index: int | None


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What was checked, and by which keys.

    `vkeys` are the log keys of the file's own policy; `policy_keys_only` tells that the caller gave none to compare.
    `witnessed_by` are the witnesses among `signed_by`, each with the time that its cosignature names.
    """

    origin: str
    size: int
    root: str
    subject: str
    entities: tuple[str, ...]
    records: tuple[ReportedRecord, ...]
    signatures: int
    openings: int
    attachments: int
    signed_by: tuple[str, ...]
    witnessed_by: tuple[str, ...]
    vkeys: tuple[str, ...]
    policy_keys_only: bool
    not_claimed: tuple[str, ...] = NOT_CLAIMED


def verify_bundle(data: bytes, *, vkeys: Sequence[str], policy: Policy | None = None) -> BundleReport:
    """Verify a whole bundle and report what it proves.

    Its checkpoint must be signed as its policy asks, and by one of `vkeys` where some are given: without them the key
    is the file's own, and proves nothing until it is compared with one known otherwise. With a `policy` of the reader's
    own its quorum must have cosigned. Raises a LedgerError that names the first record or part that failed.
    """
    inspection = inspect_bundle(data, vkeys=vkeys, policy=policy)
    problems = inspection.problems()
    if problems:
        raise BundleError(problems[0])
    return report_of(inspection, policy_keys_only=not vkeys and policy is None)


def witnesses_of(note: Note) -> tuple[str, ...]:
    """Name who of a note's verified signers is a witness, each with the time in UTC that its cosignature names."""
    return tuple(f"{line.name} at {_moment(line.timestamp)}" for line in note.signatures if line.timestamp is not None)


def _moment(timestamp: int) -> str:
    # A time may be signed that no calendar has.
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(timestamp)


def report_of(inspection: Inspection, *, policy_keys_only: bool) -> BundleReport:
    """Put an inspection without problems into words. Requires that `inspection.problems()` is empty."""
    bundle, checkpoint = inspection.bundle, inspection.checkpoint
    return BundleReport(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        subject=bundle.subject,
        entities=tuple(head.entity for head in bundle.heads),
        records=tuple(
            ReportedRecord(
                verdict.entity,
                verdict.eseq,
                verdict.leaf.id,
                verdict.leaf.type,
                verdict.leaf.time,
                verdict.leaf.sig is not None,
                verdict.index,
            )
            for verdict in inspection.records
            if verdict.leaf is not None
        ),
        signatures=inspection.signatures,
        openings=inspection.openings,
        attachments=len(bundle.attachments),
        signed_by=tuple(line.name for line in inspection.note.signatures),
        witnessed_by=witnesses_of(inspection.note),
        vkeys=tuple(str(log.vkey) for log in parse_policy(bundle.policy).logs),
        policy_keys_only=policy_keys_only,
    )
