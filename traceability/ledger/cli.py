"""The command line: `python -m traceability.ledger verify FILE`, `audit DIR`, `witness`, `monitor`."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from traceability.ledger.audit import AuditReport, audit_log
from traceability.ledger.bundle import MAX_BUNDLE_BYTES
from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.errors import AuditError, BundleError, LedgerError, NoteError, ProofError
from traceability.ledger.events_audit import audit_events
from traceability.ledger.inspection import inspect_bundle
from traceability.ledger.monitor import command as monitor
from traceability.ledger.monitor.fetching import FetchError
from traceability.ledger.policy import MAX_POLICY_BYTES, Policy, parse_policy
from traceability.ledger.report import BundleReport, ReportedRecord, report_of, witnesses_of
from traceability.ledger.scores.words import score_lines
from traceability.ledger.tlog_proof import HEADER, parse_tlog_proof, verify_tlog_proof
from traceability.ledger.witness import command as witness

PROVEN, FAILED, MISUSED = 0, 1, 2
_EVIDENCE_START, _EVIDENCE_FORMAT = b'{"card":', b'"format":"suyuan/score/v1"'
_SIGNATURE_MARK = "\n\n— ".encode()


class UsageError(Exception):
    """What was asked for cannot be tried."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 where all is proven, 1 where something failed, 2 where nothing could be tried."""
    options = _parser().parse_args(arguments)
    try:
        report = _COMMANDS[options.command](options)
    except (UsageError, FetchError, OSError) as error:
        sys.stderr.write(f"cannot check: {error}\n")
        return MISUSED
    except LedgerError as error:
        sys.stderr.write(f"FAILED: {error}\n")
        return FAILED
    sys.stdout.write("".join(f"{line}\n" for line in report))
    return PROVEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m traceability.ledger", description="Check exported records without the system that made them."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check a bundle, a score's evidence, a proof or a checkpoint")
    verify.add_argument("file", type=Path)
    verify.add_argument("--vkey", action="append", default=[], help="a key to trust; may be repeated")
    verify.add_argument("--policy", type=Path, help="a policy whose log and quorum of witnesses must have signed")
    verify.add_argument("--leaf", type=Path, help="the record that a .tlog-proof is about")
    verify.add_argument("--origin", help="the log that a .tlog-proof or checkpoint must be of")
    audit = commands.add_parser("audit", help="recompute a tiled log that lies in a folder")
    audit.add_argument("folder", type=Path)
    audit.add_argument("--vkey", action="append", required=True, help="a key of the log; may be repeated")
    audit.add_argument("--events", action="store_true", help="check the entries as events of this product too")
    witness.add_parsers(commands)
    monitor.add_parser(commands)
    return parser


def _verify(options: argparse.Namespace) -> list[str]:
    with options.file.open("rb") as file:
        data = file.read(MAX_BUNDLE_BYTES + 1)
    # A key named twice is one key; the note format would call it ambiguous.
    vkeys = list(dict.fromkeys(options.vkey))
    policy = _policy(options.policy)
    # By content and not by name: files are renamed on their way.
    if data.startswith(b"{"):
        # Either mark alone: one of them may be what was damaged.
        is_evidence = data.startswith(_EVIDENCE_START) or _EVIDENCE_FORMAT in data
        return score_lines(data, vkeys) if is_evidence else _verify_bundle(data, vkeys, policy)
    if policy is not None:
        vkeys += [str(key.vkey) for key in (*policy.logs, *policy.witnesses) if str(key.vkey) not in vkeys]
    if not vkeys and (data.startswith(HEADER.encode()) or _SIGNATURE_MARK in data):
        raise NoteError("a proof or checkpoint needs the key of its log: --vkey NAME+ID+KEY, or --policy FILE")
    if policy is not None:
        policy.open_checkpoint(parse_tlog_proof(_text(data)).checkpoint if data.startswith(HEADER.encode()) else data)
    if data.startswith(HEADER.encode()):
        leaf = options.leaf.read_bytes() if options.leaf else None
        return _verify_proof(_text(data), vkeys, leaf, options.origin)
    checkpoint, note = open_checkpoint(data, vkeys, origin=options.origin)
    return [
        f"OK: a checkpoint of {checkpoint.origin}",
        f"size       {checkpoint.size}",
        f"root       {checkpoint.root.hex()}",
        f"signed by  {', '.join(line.name for line in note.signatures)}",
        f"witnessed  {_witnessed(witnesses_of(note))}",
        "Not claimed: anything about a single record; that needs a proof.",
    ]


def _policy(path: Path | None) -> Policy | None:
    if path is None:
        return None
    with path.open("rb") as file:
        return parse_policy(file.read(MAX_POLICY_BYTES + 1))


def _witnessed(names: Sequence[str]) -> str:
    return ", ".join(f"by {name}" for name in names) or "by nobody whose key is known here"


def _verify_bundle(data: bytes, vkeys: Sequence[str], policy: Policy | None) -> list[str]:
    inspection = inspect_bundle(data, vkeys=vkeys, policy=policy)
    problems = inspection.problems()
    if problems:
        raise BundleError("\n        ".join(problems))
    return _bundle_lines(report_of(inspection, policy_keys_only=not vkeys and policy is None))


def _bundle_lines(report: BundleReport) -> list[str]:
    lines = [
        f"OK: the story of {report.subject}, as the log {report.origin} holds it",
        f"log        {report.size} entries, root {report.root}",
        f"signed by  {', '.join(report.signed_by)}",
        f"witnessed  {_witnessed(report.witnessed_by)}",
        f"records    {len(report.records)} in {len(report.entities)} chains, {report.attachments} files attached",
        f"checked    {report.signatures} signatures of actors, {report.openings} disclosed fields",
    ]
    if report.policy_keys_only:
        lines += [
            "WARNING: the key was taken from the file itself. Compare it with one that you know otherwise:",
            *(f"  {vkey}" for vkey in report.vkeys),
        ]
    lines += ["", *map(_record_line, report.records)]
    return [*lines, "", "Not claimed:", *(f"  - {item}" for item in report.not_claimed)]


def _record_line(record: ReportedRecord) -> str:
    place = "" if record.index is None else f"  entry {record.index} of the log"
    signed = "  signed" if record.signed else ""
    return f"  {record.time}  {record.type:<24} {record.entity} event {record.eseq}{signed}{place}"


def _verify_proof(text: str, vkeys: Sequence[str], leaf: bytes | None, origin: str | None) -> list[str]:
    index = verify_tlog_proof(text, vkeys=vkeys, leaf=leaf, origin=origin)
    if leaf is not None:
        return [f"OK: the record is entry {index} of the log"]
    carried = parse_tlog_proof(text).extra
    if carried is not None and _is_proven(text, vkeys, carried):
        return [f"OK: the record of {len(carried)} bytes in the file's extra line is entry {index} of the log"]
    return [
        f"OK: a signed checkpoint, and a proof of the right shape for entry {index}",
        "Not claimed: which record that is. Name its file with --leaf.",
    ]


def _is_proven(text: str, vkeys: Sequence[str], leaf: bytes) -> bool:
    # The extra line may hold anything; that it is no record of the log is no fault of the proof.
    try:
        verify_tlog_proof(text, vkeys=vkeys, leaf=leaf)
    except ProofError:
        return False
    return True


def _audit(options: argparse.Namespace) -> list[str]:
    if not options.folder.is_dir():
        raise UsageError(f"{options.folder} is not a folder")
    report = audit_log(options.folder, vkeys=list(dict.fromkeys(options.vkey)))
    lines = [
        f"OK: {report.origin}, {report.size} entries",
        f"root       {report.root.hex()}",
        f"checked    {report.checkpoints} signed checkpoints and {report.files} files of tiles and entries",
    ]
    return [*lines, *_audit_events(options.folder, report)] if options.events else lines


def _audit_events(folder: Path, report: AuditReport) -> list[str]:
    checker = audit_events(folder, report)
    if checker.findings:
        texts = [f"entry {item.index} {item.record or ''}: {item.text}" for item in checker.findings]
        raise AuditError("\n        ".join(texts))
    return [f"events     {len(checker.heads)} chains without a gap, {checker.signatures} signatures of actors"]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ProofError("tlog proof: not UTF-8") from error


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], list[str]]] = {
    "verify": _verify,
    "audit": _audit,
    "witness": witness.run,
    "witness-key": witness.make_key,
    "monitor": monitor.run,
}
