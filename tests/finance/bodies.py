"""One whole body of every type of event of finance, and its private members."""

from collections.abc import Mapping
from typing import Any

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
ASKED = {"recipient": UUID, "purpose": "underwriting", "consent_ref": UUID, "loan_ref": "L-1", "fields": ["score"]}

BODIES: Mapping[str, dict[str, Any]] = {
    "consent.granted": {
        "version": 1,
        "until": "2027-02-01",
        "notice_sha256": DIGEST,
        "method": "app",
        "supersedes": f"consent:{UUID}",
    },
    "consent.revoked": {},
    "consent.expired": {},
    "consent.exhausted": {},
    "consent.superseded": {"by": f"consent:{UUID}"},
    "consent.queried": {"outcome": "answered", "row_sha256": DIGEST, "score": f"score:{UUID}"},
    "consent.referred": {"pack_sha256": DIGEST},
    "asker.refused": {"outcome": "unknown", "row_sha256": DIGEST},
    "dispute.opened": {"due_on": "2026-12-19"},
    "dispute.ended": {"state": "upheld", "score": f"score:{UUID}"},
    "loan.posted": {"content_sha256": DIGEST},
    "credential.issued": {"score": f"score:{UUID}", "until": "2026-12-29", "document_sha256": DIGEST},
    "credential.revoked": {},
    "card.registered": {"card_sha256": DIGEST, "kind": "expert", "about_sha256": DIGEST},
    "card.approved": {"vkey": "scores.example+0123abcd+AQ==", "approval": "approved"},
    "card.activated": {"state": "champion", "before": DIGEST, "rolled_back": True},
    "card.overlaid": {
        "points": -40,
        "since": "2026-11-01",
        "until": "2027-03-31",
        "owner": "信贷办公室",
        "reason": "秋涝",
        "signature": "signed",
    },
    "card.calibrated": {
        "shift": 1200,
        "steps": [[500, 2100], [600, 480]],
        "outcomes": 1200,
        "bads": 130,
        "signature": "s",
    },
    "card.retired": {},
    "trait.given": {"notice_sha256": DIGEST},
    "trait.erased": {},
    "score.computed": {"record_sha256": DIGEST, "card_sha256": DIGEST, "replaces": f"score:{UUID}"},
}
PRIVATE: Mapping[str, dict[str, Any]] = {
    "consent.granted": {
        "subject": UUID,
        "recipient": UUID,
        "purpose": "underwriting",
        "categories": ["score"],
        "max_queries": 3,
        "witness": "李书记",
    },
    "consent.queried": ASKED,
    "consent.referred": {"wanted_fen": 5_000_000},
    "asker.refused": ASKED,
    "dispute.opened": {"feature": "on_time_rate", "text": "那次是下大雪"},
    "dispute.ended": {"answer": "已改"},
    "loan.posted": {"kind": "offer", "on": "2026-11-20", "loan_ref": "L-1", "consent": UUID, "amount_fen": 5_000_000},
}
