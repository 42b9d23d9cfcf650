"""One whole body of every type of event of orders, and its private members."""

from collections.abc import Mapping
from typing import Any

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
SUPPLIES = [{"grade": 0, "window": "2026-10-01/2026-10-10", "p10_kg": "800", "p50_kg": "1000", "p90_kg": "1200"}]

BODIES: Mapping[str, dict[str, Any]] = {
    "offer.opened": {"product": "panjin-rice", "from": "2026-10-01", "to": "2026-10-10", "deposit_bp": 2000},
    "offer.closed": {},
    "order.placed": {"channel": "shop", "lines": 2},
    "order.changed": {"line": UUID, "by": "buyer"},
    "order.substitute_proposed": {"line": UUID, "proposal": UUID, "plan": f"plan:{UUID}"},
    "order.substitute_answered": {"line": UUID, "proposal": UUID, "answer": "accepted", "by": "buyer"},
    "order.deposit_paid": {"line": UUID},
    "order.cancelled": {"line": UUID, "reason": "not_wanted"},
    "order.refunded": {"line": UUID, "reason": "not_wanted"},
    "plan.submitted": {"plot": f"plot:{UUID}", "product": "panjin-rice", "variety": "盐丰47", "area_mu": "10"},
    "plan.sown": {"season": f"season:{UUID}"},
    "plan.revised": {"reason": "weather", "source": UUID},
    "plan.ended": {"reason": "failed"},
    "plan.risk_acted": {"action": "processing"},
    "matchrun.computed": {
        "product": "panjin-rice",
        "kind": "allocation",
        "cause": "orders",
        "inputs_sha256": DIGEST,
        "outcome_sha256": DIGEST,
        "solver": "ortools 9.15",
        "objective_fen": "-12.5",
        "bound_fen": "-12.5",
        "demand_kg": "1200",
        "supply_kg": "1000",
        "matched_kg": "1000",
        "moved_kg": "0",
    },
    "matchrun.published": {},
    "matchrun.rejected": {},
    "allocation.firmed": {"order": f"order:{UUID}", "plan": f"plan:{UUID}", "run": f"matchrun:{UUID}"},
    "allocation.picked": {"lot": f"lot:{UUID}"},
    "allocation.shipped": {},
    "allocation.delivered": {},
    "allocation.accepted": {},
    "allocation.released": {"reason": "shortage"},
    "allocation.disputed": {},
    "allocation.dispute_ended": {"outcome": "for_grower"},
    "statement.issued": {"issued_on": "2026-10-07", "due_on": "2026-10-18", "allocations": 2},
    "statement.instructed": {},
    "statement.paid": {"paid_on": "2026-10-09"},
}
PRIVATE: Mapping[str, dict[str, Any]] = {
    "offer.opened": {"price_fen": 420, "cap_kg": "250"},
    "order.placed": {"number": "T-1", "content": [{"kg": "100"}], "buyer": "李女士"},
    "order.changed": {"kg": "80"},
    "order.substitute_proposed": {"kg": "60"},
    "order.deposit_paid": {"fen": 8400},
    "order.refunded": {"fen": 8400},
    "plan.submitted": {"supplies": SUPPLIES},
    "plan.revised": {"supplies": SUPPLIES},
    "allocation.firmed": {"kg": "500", "price_fen": 420},
    "allocation.picked": {"kg": "500"},
    "allocation.shipped": {"kg": "500"},
    "allocation.delivered": {"kg": "500"},
    "allocation.accepted": {"accepted_kg": "499", "rejected_kg": "1"},
    "allocation.released": {"kg": "500"},
    "allocation.disputed": {"fen": 100},
    "allocation.dispute_ended": {"fen": 100},
    "statement.issued": {"lines": [{"fen": 100}], "net_fen": 100},
    "statement.instructed": {"fen": 100},
    "statement.paid": {"fen": 100, "receipt": "B-1"},
}
