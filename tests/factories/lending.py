"""Generated farms with generated loans, their outcomes known: as many as a test of cards needs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from finance.enums import LoanState, PostingKind
from finance.fitting import population
from finance.models import Consent, Loan, LoanPosting, Score, Scorecard
from finance.services.rescoring import scores_of
from tests.factories import credit, scored
from traceability.ledger.scores import Card, NumberVariable, parse_card

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
# Loans were paid out from here on for a year.
_FIRST = TODAY - timedelta(days=760)
_COUNTIES = ("211104", "210921", "210882", "210683")


def lend(
    count: int, *, operator: Membership, bank: Membership, farmer: Membership, seed: int = 3, shock: float = 0.0
) -> Scorecard:
    """Give so many farms a score and a loan that was paid out 13 to 25 months ago. Rows alone: the log is not asked."""
    row = scored.make_card(operator)
    consent = credit.make_draft(farmer, bank)
    drawn = population.made(count, seed=seed, shock=shock)
    farms = {uuid4(): farm for farm in Organisation.objects.bulk_create(generated_farms(count))}
    Score.objects.bulk_create(generated_scores(row, consent, farms, figures_of(parse_card(bytes(row.data)), drawn)))
    loans = generated_loans(consent, farms, bad=drawn.table.bad.tolist())
    Loan.objects.bulk_create(loans)
    LoanPosting.objects.bulk_create(generated_defaults(loans))
    return row


def generated_farms(count: int) -> Iterator[Organisation]:
    for place in range(count):
        code = f"{_COUNTIES[place % 4]}100200"
        yield Organisation(
            kind=OrganisationKind.HOUSEHOLD, name=f"generated {place}", division_code=code, registered_at=NOW
        )


def figures_of(card: Card, drawn: population.Population) -> list[dict[str, int | None]]:
    """Give each farm's figures in the units of a card."""
    columns = {column.name: column.numbers for column in drawn.table.columns}
    units: dict[str, list[int | None]] = {}
    for one in card.variables:
        numbers = columns.get(one.name)
        if numbers is not None and isinstance(one, NumberVariable):
            scaled = np.rint(np.nan_to_num(numbers) * 10**one.places).astype(int).tolist()
            known = (~np.isnan(numbers)).tolist()
            units[one.name] = [value if there else None for value, there in zip(scaled, known, strict=True)]
    return [dict(zip(units, values, strict=True)) for values in zip(*units.values(), strict=True)]


def generated_scores(
    row: Scorecard,
    consent: Consent,
    farms: Mapping[UUID, Organisation],
    features: Sequence[dict[str, int | None]],
) -> Iterator[Score]:
    """Give each farm a score under the id that is its key."""
    card = parse_card(bytes(row.data))
    scores = scores_of(card, features).tolist()
    for (name, farm), figures, score in zip(farms.items(), features, scores, strict=True):
        yield Score(
            pk=name,
            subject=farm,
            consent=consent,
            card=row,
            as_of=NOW,
            outcome="scored",
            score=score,
            grade=card.grade_of(score),
            features=figures,
            record=b"{}",
            record_sha256="0" * 64,
            signature="generated",
            tree_size=1,
            tree_root=bytes(32),
            evidence_root="0" * 64,
            computed_at=NOW,
        )


def generated_loans(consent: Consent, farms: Mapping[UUID, Organisation], *, bad: Sequence[bool]) -> list[Loan]:
    """Lend to the farms, spread over a year, as many as it is known of whether they paid."""
    lent = zip(farms.items(), bad, strict=False)
    return [
        Loan(
            pk=uuid4(),
            bank=consent.recipient,
            subject=farm,
            loan_ref=f"G-{place}",
            consent=consent,
            score=score,
            state=LoanState.ACTIVE if is_bad else LoanState.CLOSED,
            days_past_due=95 if is_bad else 0,
            worst_days_past_due=95 if is_bad else 0,
            disbursed_on=(paid_out := _FIRST + timedelta(days=365 * place // len(bad))),
            closed_on=None if is_bad else paid_out + timedelta(days=300),
            told_on=TODAY,
        )
        for place, ((score, farm), is_bad) in enumerate(lent)
    ]


def generated_defaults(loans: Sequence[Loan]) -> Iterator[LoanPosting]:
    """Post of each loan that went bad that it is 95 days late."""
    for loan in loans:
        if loan.worst_days_past_due and loan.disbursed_on:
            yield LoanPosting(
                pk=uuid4(),
                loan=loan,
                kind=PostingKind.STANDING,
                on=loan.disbursed_on + timedelta(days=330),
                days_past_due=95,
                content_sha256="0" * 64,
                told_at=NOW,
            )
