"""Money that buyers owe a farm, as a financier can check it (M16): each statement with its record in the log."""

from datetime import date

from accounts.models import Organisation
from orders.enums import StatementState
from orders.models import Statement
from orders.services.payments import late_interest
from traceability.queries import history

FORMAT = "suyuan/receivables/v1"


def receivables_of(farm: Organisation) -> list[Statement]:
    """List the statements that a farm was given and no bank has paid, by the day on which they are due."""
    unpaid = Statement.objects.filter(farmer=farm).exclude(state=StatementState.PAID)
    return list(unpaid.select_related("payer").order_by("due_on", "number"))


def receivables_file(farm: Organisation, *, today: date) -> dict[str, object]:
    """Give a farm's receivables as they are exported: amounts in fen, and where each stands in the log."""
    statements = receivables_of(farm)
    told = history.of_all([one.entity for one in statements])
    return {
        "format": FORMAT,
        "creditor": {"party": str(farm.public_id), "name": farm.name},
        "as_of": today.isoformat(),
        "total_fen": sum(one.net_fen for one in statements),
        "receivables": [_told(one, told.get(one.entity, []), today=today) for one in statements],
    }


def _told(one: Statement, events: list[history.Event], *, today: date) -> dict[str, object]:
    issued = next((event for event in events if event.leaf.type == "statement.issued"), None)
    return {
        "number": one.number,
        "debtor": {"party": str(one.payer.public_id), "name": one.payer.name, "credit_code": one.payer.credit_code},
        "issued_on": one.issued_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "net_fen": one.net_fen,
        "interest_fen": late_interest(one.net_fen, due_on=one.due_on, on=today),
        "instructed": one.state == StatementState.INSTRUCTED,
        "entity": one.entity,
        "record": str(issued.id) if issued else None,
        "leaf_hash": issued.leaf_hash.hex() if issued else None,
        "log_index": issued.index if issued else None,
    }
