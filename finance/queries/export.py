"""Everything that this platform knows of a farm's credit, in one file for the farm (PIPL, art. 45)."""

import json
from datetime import datetime

from accounts.models import Membership
from finance.models import AuditRow, Consent, Credential, Dispute, Loan, LoanPosting, Referral, Score
from finance.models.traits import Trait
from finance.queries import own
from finance.queries.receipts import receipt_of
from finance.queries.traits import trait_of

FORMAT = "suyuan/credit-export/v1"


def export_of(membership: Membership, *, at: datetime) -> dict[str, object]:
    """Give a farm all of it: consents, queries, scores, certificates, disputes, wishes and loans.

    And what it said for tests of fairness. Amounts are in fen, moments in ISO 8601 with their offset.
    """
    farm = membership.organisation
    consents = Consent.objects.filter(subject=farm).select_related("subject", "recipient").order_by("prepared_at", "pk")
    referrals = Referral.objects.filter(consent__subject=farm).order_by("made_at", "pk")
    loans = own.loans_of(membership).prefetch_related("postings")
    return {
        "format": FORMAT,
        "farm": {"party": str(farm.public_id), "name": farm.name},
        "made_at": at.isoformat(),
        "consents": [receipt_of(one) for one in consents],
        "queries": [_query(one) for one in own.queries_about(membership)],
        "scores": [_score(one) for one in Score.objects.filter(subject=farm).order_by("computed_at", "pk")],
        "certificates": [
            _certificate(one) for one in Credential.objects.filter(subject=farm).order_by("issued_at", "pk")
        ],
        "disputes": [_dispute(one) for one in own.disputes_of(membership)],
        "fairness": _trait(trait_of(farm)),
        "referrals": [_referral(one) for one in referrals],
        "loans": [_loan(one) for one in loans],
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


def _score(one: Score) -> dict[str, object]:
    return {
        "id": str(one.pk),
        "consent": str(one.consent_id),
        "card": one.card_id,
        "computed_at": one.computed_at.isoformat(),
        "as_of": one.as_of.isoformat(),
        "outcome": one.outcome,
        "score": one.score,
        "grade": one.grade,
        "low": one.low,
        "high": one.high,
        "not_met": one.gate,
        "figures": one.features,
        "points": one.points,
        "reasons": one.reasons,
        "strengths": one.strengths,
        "records_behind": one.behind,
        "chance_bp": one.chance_bp,
        "level": one.level,
        "replaces": str(one.replaces_id) if one.replaces_id else None,
        # As it was signed: by it, the score can be checked against the log.
        "record": bytes(one.record).decode(),
        "signature": one.signature,
    }


def _certificate(one: Credential) -> dict[str, object]:
    revoked = one.revoked_at.isoformat() if one.revoked_at else None
    return {"id": str(one.pk), "document": json.loads(one.document), "revoked_at": revoked}


def _referral(one: Referral) -> dict[str, object]:
    return {
        "id": str(one.pk),
        "consent": str(one.consent_id),
        "made_at": one.made_at.isoformat(),
        "wanted_fen": one.wanted_fen,
        "months": one.months,
        "reason": one.reason,
        "pack": one.pack,
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
        "postings": [_posting(said) for said in sorted(one.postings.all(), key=lambda said: (said.on, said.told_at))],
    }


def _posting(one: LoanPosting) -> dict[str, object]:
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "on": one.on.isoformat(),
        "amount_fen": one.amount_fen,
        "days_past_due": one.days_past_due,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "yearly_cost_bp": one.yearly_cost_bp,
    }
