"""Generated farms with scores and loans, loaded as rows: what a night's reports stand on."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from finance.enums import ConsentState, LoanState, Method, PostingKind, Purpose
from finance.fitting import population
from finance.models import Consent, Loan, LoanPosting, Score, Scorecard
from finance.services import cards
from finance.services.rescoring import scores_of
from traceability.ledger.scores import Card, NumberVariable, parse_card
from traceability.services.entries import Entry

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_COUNTIES = ("211104", "210921", "210882", "210683")
_AT_ONCE = 1000


def load(count: int, lent: int) -> Scorecard:
    """Give so many farms a score, and some of them a loan whose outcome is known."""
    row, consent = _ground()
    drawn = population.made(count, seed=3)
    features = figures_of(parse_card(bytes(row.data)), drawn)
    farms: list[Organisation] = []
    for first in range(0, count, _AT_ONCE):
        farms += Organisation.objects.bulk_create(_farms(range(first, min(first + _AT_ONCE, count))))
    ids = _score(row, consent, farms, features)
    bad = drawn.table.bad
    loans = [_loan(farms[at], ids[at], consent, at=at, of=lent, bad=bool(bad[at])) for at in range(lent)]
    Loan.objects.bulk_create(loans, batch_size=_AT_ONCE)
    LoanPosting.objects.bulk_create([_late(one) for one in loans if one.worst_days_past_due], batch_size=_AT_ONCE)
    return row


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


def _ground() -> tuple[Scorecard, Consent]:
    operator, bank, farm = (
        Organisation.objects.create(kind=kind, name=f"generated {kind}", division_code="211100000000")
        for kind in (OrganisationKind.OPERATOR, OrganisationKind.BANK, OrganisationKind.HOUSEHOLD)
    )
    Organisation.objects.update(confirmed_at=NOW)
    user = User.objects.create_user(phone="+8613800000001", name="generated")
    member = Membership.objects.create(user=user, organisation=operator, role=Role.OWNER)
    operator.refresh_from_db()
    row = cards.ensure_expert(entry=Entry(id=uuid4(), time=NOW), membership=member, at=NOW)
    consent = Consent.objects.create(
        pk=uuid4(),
        state=ConsentState.DRAFT,
        prepared_by=user,
        prepared_at=NOW,
        subject=farm,
        recipient=bank,
        purpose=Purpose.UNDERWRITING,
        categories=["score"],
        method=Method.APP,
        max_queries=1,
        expires_at=NOW + timedelta(days=30),
    )
    return row, consent


def _farms(places: range) -> Iterator[Organisation]:
    for place in places:
        code = f"{_COUNTIES[place % 4]}100200"
        yield Organisation(kind=OrganisationKind.HOUSEHOLD, name=f"generated {place}", division_code=code)


def _score(
    row: Scorecard, consent: Consent, farms: Sequence[Organisation], features: Sequence[dict[str, int | None]]
) -> list[UUID]:
    card = parse_card(bytes(row.data))
    ids = [uuid4() for _ in farms]
    scores = scores_of(card, features).tolist()
    for first in range(0, len(farms), _AT_ONCE):
        places = range(first, min(first + _AT_ONCE, len(farms)))
        made = [
            Score(
                pk=ids[at],
                subject=farms[at],
                consent=consent,
                card=row,
                as_of=NOW,
                outcome="scored",
                score=scores[at],
                grade=card.grade_of(scores[at]),
                features=features[at],
                record=b"{}",
                record_sha256="0" * 64,
                signature="generated",
                tree_size=1,
                tree_root=bytes(32),
                evidence_root="0" * 64,
                computed_at=NOW,
            )
            for at in places
        ]
        Score.objects.bulk_create(made)
    return ids


def _loan(  # noqa: PLR0913 - whose, and which of how many
    farm: Organisation, score: UUID, consent: Consent, *, at: int, of: int, bad: bool
) -> Loan:
    paid_out = date(2024, 10, 22) + timedelta(days=365 * at // of)
    return Loan(
        pk=uuid4(),
        bank=consent.recipient,
        subject=farm,
        loan_ref=f"generated-{at}",
        consent=consent,
        score=score,
        state=LoanState.ACTIVE if bad else LoanState.CLOSED,
        worst_days_past_due=95 if bad else 0,
        disbursed_on=paid_out,
        closed_on=None if bad else paid_out + timedelta(days=300),
        told_on=NOW.date(),
    )


def _late(loan: Loan) -> LoanPosting:
    paid_out = loan.disbursed_on or NOW.date()
    return LoanPosting(
        pk=uuid4(),
        loan=loan,
        kind=PostingKind.STANDING,
        on=paid_out + timedelta(days=330),
        days_past_due=95,
        content_sha256="0" * 64,
        told_at=NOW,
    )
