"""Generated farms with generated loans, their outcomes known: as many as a test of cards needs."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import numpy as np

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from finance.enums import LoanState, PostingKind
from finance.fitting import population
from finance.models import Consent, Loan, LoanPosting, Score, Scorecard
from tests.factories import credit, scored
from traceability.ledger.scores import NumberVariable, parse_card

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_COUNTIES = ("211104", "210921", "210882", "210683")


def lend(
    count: int, *, operator: Membership, bank: Membership, farmer: Membership, seed: int = 3, shock: float = 0.0
) -> Scorecard:
    """Give so many farms a score and a loan that was paid out 13 to 25 months ago. Rows alone: the log is not asked."""
    row = scored.make_card(operator)
    consent = credit.make_draft(farmer, bank)
    farmers = population.made(count, seed=seed, shock=shock)
    farms = _farms(count)
    made = _scores(row, consent, farms, farmers)
    loans = [
        _loan(farm, score, consent, bank, place=place, of=count, bad=bool(bad))
        for place, (farm, score, bad) in enumerate(zip(farms, made, farmers.table.bad, strict=True))
    ]
    Loan.objects.bulk_create(loans)
    LoanPosting.objects.bulk_create(_standing(loan) for loan in loans if loan.worst_days_past_due)
    return row


def _farms(count: int) -> list[Organisation]:
    return Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.HOUSEHOLD, name=f"农户{place}", division_code=f"{_COUNTIES[place % 4]}100200"
        )
        for place in range(count)
    )


def _scores(row: Scorecard, consent: Consent, farms: list[Organisation], farmers: population.Population) -> list[Score]:
    card = parse_card(bytes(row.data))
    units = {one.name: _units(farmers, one) for one in card.variables if isinstance(one, NumberVariable)}
    made = []
    for place, farm in enumerate(farms):
        features = {name: values[place] for name, values in units.items()}
        found = card.score(features)
        made.append(
            Score(
                pk=uuid4(),
                subject=farm,
                consent=consent,
                card=row,
                as_of=NOW,
                outcome="scored",
                score=found.score,
                grade=found.grade,
                features=features,
                record=b"{}",
                record_sha256="0" * 64,
                signature="generated",
                tree_size=1,
                tree_root=bytes(32),
                evidence_root="0" * 64,
                computed_at=NOW,
            )
        )
    return Score.objects.bulk_create(made)


def _units(farmers: population.Population, one: NumberVariable) -> list[int | None]:
    column = next(column for column in farmers.table.columns if column.name == one.name)
    assert column.numbers is not None
    return [None if np.isnan(value) else round(value * 10**one.places) for value in column.numbers.tolist()]


def _loan(
    farm: Organisation, score: Score, consent: Consent, bank: Membership, *, place: int, of: int, bad: bool
) -> Loan:
    paid_out = TODAY - timedelta(days=760) + timedelta(days=365 * place // of)
    return Loan(
        pk=uuid4(),
        bank=bank.organisation,
        subject=farm,
        loan_ref=f"G-{place}",
        consent=consent,
        score=score.pk,
        state=LoanState.ACTIVE if bad else LoanState.CLOSED,
        days_past_due=95 if bad else 0,
        worst_days_past_due=95 if bad else 0,
        disbursed_on=paid_out,
        closed_on=None if bad else paid_out + timedelta(days=300),
        told_on=TODAY,
    )


def _standing(loan: Loan) -> LoanPosting:
    assert loan.disbursed_on
    return LoanPosting(
        pk=uuid4(),
        loan=loan,
        kind=PostingKind.STANDING,
        on=loan.disbursed_on + timedelta(days=330),
        days_past_due=95,
        content_sha256="0" * 64,
        told_at=NOW,
    )
