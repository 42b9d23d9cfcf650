"""Entry point of `python -m traceability.ledger`."""

import sys

from traceability.ledger.cli import main

sys.exit(main())
