"""What some leaves name beside their links: members behind commitments, files, signatures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from traceability.services.checks.attachments import check_attachments
from traceability.services.checks.fault import Fault
from traceability.services.checks.openings import check_openings
from traceability.services.checks.signatures import SignatureCheck

# The index of an entry, its leaf, and the leaf's members.
Read = tuple[int, bytes, Mapping[str, Any]]


class DetailCheck:
    """Checks leaves that have such members. With `files` the stored attachments are read, too."""

    def __init__(self, *, files: bool) -> None:
        self._files = files
        self._signatures = SignatureCheck()

    def faults(self, leaves: Sequence[Read]) -> Iterator[Fault]:
        """Check leaves that have details."""
        yield from check_openings(members for _, _, members in leaves)
        for index, data, members in leaves:
            if "sig" in members:
                yield from self._signatures.faults("ledger_entry", f"index={index}", data, index=index)
            if self._files:
                yield from check_attachments(members["id"], members.get("attachments", ()))
