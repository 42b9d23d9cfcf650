"""What some leaves name beside their links: members behind commitments, files, signatures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from traceability.services.checks.attachments import check_attachments
from traceability.services.checks.fault import Fault
from traceability.services.checks.openings import check_openings
from traceability.services.checks.signatures import SignatureCheck

# The index of an entry, its leaf, and the leaf's members.
Read = tuple[int, bytes, Mapping[str, Any]]
NAMES = frozenset({"attachments", "commit", "sig"})


class DetailCheck:
    """Checks leaves that have any of NAMES. With `files` the stored attachments are read, too."""

    def __init__(self, *, files: bool) -> None:
        self._files = files
        self._signatures = SignatureCheck()

    def faults(self, first: int, end: int, leaves: Sequence[Read]) -> Iterator[Fault]:
        """Check the leaves of a stretch that have details, and that the others have none stored."""
        committed = {members["id"]: members for _, _, members in leaves if "commit" in members}
        yield from check_openings(first, end, committed)
        for index, data, members in leaves:
            if "sig" in members:
                yield from self._signatures.faults("ledger_entry", f"index={index}", data, index=index)
            if self._files:
                yield from check_attachments(members["id"], members.get("attachments", ()))
