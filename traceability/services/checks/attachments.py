"""Files beside the log. One that is missing is withheld, which anybody may do; one that changed is a fault."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.files.storage import storages

from traceability.services.attachments import path_of
from traceability.services.checks.fault import Fault


def check_attachments(record: str, attachments: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Compare the stored files of one event with the hashes that it names."""
    storage = storages["attachments"]
    for one in attachments:
        name = path_of(one["sha256"])
        if not storage.exists(name):
            continue
        with storage.open(name) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != one["sha256"]:
            text = f"its bytes hash to {digest}; record {record} names {one['sha256']}"
            yield Fault("attachments", name, "attachment", text)
