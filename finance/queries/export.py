"""Everything that this platform knows of a farm's credit, in one file for the farm (PIPL, art. 45)."""

from datetime import datetime

from accounts.models import Membership
from finance.models import AuditRow, Consent, Dispute, Loan
from finance.models.traits import Trait
from finance.queries import own
from finance.queries.receipts import receipt_of
from finance.queries.traits import trait_of

FORMAT = "suyuan/credit-export/v1"


def export_of(membership: Membership, *, at: datetime) -> dict[str, object]:
    """Give a farm all of its consents, queries, disputes and loans, and what it said for tests of fairness."""
    farm = membership.organisation
    consents = Consent.objects.filter(subject=farm).select_related("subject", "recipient").order_by("prepared_at", "pk")
    return {
        "format": FORMAT,
        "farm": {"party": str(farm.public_id), "name": farm.name},
        "made_at": at.isoformat(),
        "consents": [receipt_of(one) for one in consents],
        "queries": [_query(one) for one in own.queries_about(membership)],
        "disputes": [_dispute(one) for one in own.disputes_of(membership)],
        "fairness": _trait(trait_of(farm)),
        "loans": [_loan(one) for one in own.loans_of(membership)],
    }


def _query(row: AuditRow) -> dict[str, object]:
    return {
        "id": str(row.pk),
        "at": row.at.isoformat(),
        "bank": row.asker.name,
        "consent": str(row.consent_ref),
        "purpose": row.purpose,
        "loan": row.loan_ref,
        "outcome": row.outcome,
        "fields": row.fields,
        "score": str(row.score) if row.score else None,
        "row_sha256": bytes(row.row_hash).hex(),
    }


def _dispute(one: Dispute) -> dict[str, object]:
    return {
        "id": str(one.pk),
        "figure": one.feature,
        "record": str(one.record_id) if one.record_id else None,
        "text": one.text,
        "opened_at": one.opened_at.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "answer": one.answer,
    }


def _trait(one: Trait | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {"sex": one.sex, "age": one.age, "notice": one.notice, "given_at": one.given_at.isoformat()}


def _loan(one: Loan) -> dict[str, object]:
    return {
        "number": one.loan_ref,
        "bank": one.bank.name,
        "state": one.state,
        "fineract_status": one.fineract_status,
        "amount_fen": one.amount_fen,
        "repaid_fen": one.repaid_fen,
        "yearly_cost_bp": one.yearly_cost_bp,
        "days_past_due": one.days_past_due,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "told_on": one.told_on.isoformat(),
    }
