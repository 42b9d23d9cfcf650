"""Generated farms with scores and loans, loaded as rows: what a night's reports stand on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from uuid import UUID, uuid4

import numpy as np
from django.db import connection
from django.db.models import Model

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


def load(count: int, lent: int) -> Scorecard:
    """Give so many farms a score, and some of them a loan whose outcome is known."""
    row, consent = _ground()
    drawn = population.made(count, seed=3)
    features = figures_of(parse_card(bytes(row.data)), drawn)
    _copy(_farms(count))
    farms = list(Organisation.objects.filter(registered_at=NOW).order_by("pk"))
    ids = [uuid4() for _ in farms]
    _copy(_scores(row, consent, dict(zip(ids, farms, strict=True)), features))
    bad = drawn.table.bad
    loans = [_loan(farms[at], ids[at], consent, at=at, of=lent, bad=bool(bad[at])) for at in range(lent)]
    _copy(loans)
    _copy(_late(one) for one in loans if one.worst_days_past_due)
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


def _farms(count: int) -> Iterator[Organisation]:
    for place in range(count):
        code = f"{_COUNTIES[place % 4]}100200"
        yield Organisation(
            kind=OrganisationKind.HOUSEHOLD, name=f"generated {place}", division_code=code, registered_at=NOW
        )


def _scores(
    row: Scorecard,
    consent: Consent,
    farms: Mapping[UUID, Organisation],
    features: Sequence[dict[str, int | None]],
) -> Iterator[Score]:
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


def _copy(rows: Iterable[Model]) -> None:
    """Load rows by COPY: inserted, a hundred thousand scores take longer than ten of the nights that are measured."""
    rest = iter(rows)
    first = next(rest, None)
    if first is None:
        return
    table = first._meta  # noqa: SLF001 - public, whatever its name says
    # The database numbers what has no key of its own.
    fields = [one for one in table.concrete_fields if one.get_internal_type() != "BigAutoField"]
    names = ", ".join(f'"{one.column}"' for one in fields)
    statement = f'COPY "{table.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain([first], rest):
            copy.write_row([one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields])


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
