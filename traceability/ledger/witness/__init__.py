"""A witness of logs: remembers the newest checkpoint of each, and cosigns the next only where a proof leads there.

`python -m traceability.ledger witness` runs one (c2sp.org/tlog-witness). It needs neither this product's database nor
Django: a regulator, a bank and a cooperative each run their own, with a key and a folder of their own.
"""

from traceability.ledger.witness.conversation import Submission, parse_submission
from traceability.ledger.witness.decision import RefusedError, judge
from traceability.ledger.witness.service import Witness
from traceability.ledger.witness.store import Store, StoreError

__all__ = ["RefusedError", "Store", "StoreError", "Submission", "Witness", "judge", "parse_submission"]
