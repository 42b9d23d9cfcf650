"""Generated farms with scores and loans, loaded as rows: what a night's reports stand on."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain
from uuid import uuid4

from django.db import connection
from django.db.models import Model

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from finance.enums import ConsentState, Method, Purpose
from finance.fitting import population
from finance.models import Consent, Scorecard
from finance.services import cards
from tests.factories import lending
from tests.factories.lending import NOW
from traceability.ledger.scores import parse_card
from traceability.services.entries import Entry


def load(count: int, lent: int) -> Scorecard:
    """Give so many farms a score, and some of them a loan whose outcome is known."""
    row, consent = _ground()
    drawn = population.made(count, seed=3)
    features = lending.figures_of(parse_card(bytes(row.data)), drawn)
    _copy(lending.generated_farms(count))
    farms = {uuid4(): farm for farm in Organisation.objects.filter(registered_at=NOW).order_by("pk")}
    _copy(lending.generated_scores(row, consent, farms, features))
    loans = lending.generated_loans(consent, farms, bad=drawn.table.bad[:lent].tolist())
    _copy(loans)
    _copy(lending.generated_defaults(loans))
    return row


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
