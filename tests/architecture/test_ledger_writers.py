import re

from tests.architecture.sources import APPS, ROOT, modules

TABLES = "head|outbox|entry|node|state|checkpoint|opening"
MODELS = "EntityHead|OutboxEntry|LogEntry|LogNode|LogState|SignedCheckpoint|Opening"
WRITES = re.compile(
    rf"(?:insert\s+into|update|delete\s+from|truncate|copy)\s+\"?ledger_(?:{TABLES})\b"
    rf"|\b(?:{MODELS})\.objects\b[^#\n]*\.(?:create|bulk_create|get_or_create|update_or_create|update|delete)\(",
    re.IGNORECASE,
)
# The one writer of the chain, the one of the log, the one of checkpoints; and the erasure of salts, which is a duty.
WRITERS = {
    "traceability/services/chain.py",
    "traceability/services/chain_rows.py",
    "traceability/services/integrator.py",
    "traceability/services/publisher.py",
    "traceability/services/erasure.py",
}


def test_ledger_rows_have_few_writers() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules(*APPS)
        if "migrations" not in path.parts and WRITES.search(path.read_text(encoding="utf-8"))
    }

    assert found - WRITERS == set()
