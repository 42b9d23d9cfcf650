"""Whatever people do in whatever order: the rows are what the histories say, and the kilograms add up."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from accounts.enums import OrganisationKind
from accounts.models import Membership
from tests.factories import farm
from tests.factories.parties import make_member
from traceability.errors import TraceabilityError
from traceability.models import Lot, LotLink, Plot, Season
from traceability.services.checks import rows
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts, hand_over
from traceability.services.plots import retire_plot
from traceability.services.processes import Input, Process, complete_process

KILOGRAMS = st.decimals(min_value=1, max_value=1000, places=3)
DAYS = st.integers(min_value=0, max_value=200)
SPRAYING = {"product": "三环唑", "dose": {"value": "20", "unit": "g/mu"}, "target": "稻瘟病"}


@contextmanager
def attempt() -> Iterator[None]:
    """Let the trade refuse, and leave nothing behind, as a request would."""
    try:
        with transaction.atomic():
            yield
    except TraceabilityError:
        pass


class Farm(RuleBasedStateMachine):
    plots = Bundle("plots")
    seasons = Bundle("seasons")
    records = Bundle("records")
    lots = Bundle("lots")

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.farmer = make_member()
        self.processor = make_member(OrganisationKind.PROCESSOR, name="盘锦米业")
        # What we reckon beside the product: harvested, and used.
        self.kg: dict[UUID, Decimal] = {}
        self.used: dict[UUID, Decimal] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @rule(target=plots, named=st.booleans())
    def register(self, *, named: bool) -> Plot:
        said: dict[str, Any] = {"name": "东大方", "boundary": farm.boundary_bytes()} if named else {}
        return farm.make_plot(self.farmer, **said)

    @rule(target=seasons, plot=plots)
    def open(self, plot: Plot) -> object:
        with attempt():
            return farm.make_season(self.farmer, plot)
        return multiple()

    @rule(target=records, season=seasons, days=DAYS, phi=st.integers(0, 60))
    def spray(self, season: Season, days: int, phi: int) -> object:
        with attempt():
            return farm.log(season, "sprayed", by=self.farmer, days=days, phi_days=phi, **SPRAYING)
        return multiple()

    @rule(target=records, season=seasons, days=DAYS, stage=st.sampled_from(["09", "30", "65", "89"]))
    def observe(self, season: Season, days: int, stage: str) -> object:
        with attempt():
            return farm.log(season, "observed", by=self.farmer, days=days, stage=stage)
        return multiple()

    @rule(target=lots, season=seasons, days=DAYS, kg=KILOGRAMS)
    def harvest(self, season: Season, days: int, kg: Decimal) -> object:
        brought = Harvest(lot=LotFacts(kg=kg, product_form="paddy"), interval_reason="等不及")
        entry = farm.entry(farm.SPRING + timedelta(days=days))
        with attempt():
            lot = harvest_lot(season=season, entry=entry, harvest=brought, membership=self.farmer, at=farm.NOW)
            self.kg[lot.pk], self.used[lot.pk] = kg, Decimal(0)
            return lot
        return multiple()

    @rule(lot=lots, forth=st.booleans())
    def pass_on(self, lot: Lot, *, forth: bool) -> None:
        giver, taker = (self.farmer, self.processor) if forth else (self.processor, self.farmer)
        with attempt():
            entry = farm.entry(farm.NOW)
            hand_over(lot=lot, to=taker.organisation, entry=entry, membership=giver, at=farm.NOW)

    @rule(target=lots, lot=lots, kg=KILOGRAMS, by_farmer=st.booleans())
    def mill(self, lot: Lot, kg: Decimal, *, by_farmer: bool) -> object:
        made = (kg * 2 / 3).quantize(Decimal("0.001"))
        process = Process(
            name="milling",
            inputs=[Input(lot=lot, kg=kg)],
            outputs=[LotFacts(kg=made, product_form="milled rice")],
            balance_reason="稻壳没有过磅",
        )
        member = self.farmer if by_farmer else self.processor
        with attempt():
            (rice,) = complete_process(entry=farm.entry(farm.NOW), process=process, membership=member, at=farm.NOW)
            self.used[lot.pk] += kg
            self.kg[rice.pk], self.used[rice.pk] = made, Decimal(0)
            return rice
        return multiple()

    @rule(lot=lots, kg=KILOGRAMS, withdrawn=st.booleans())
    def weigh_again(self, lot: Lot, kg: Decimal, *, withdrawn: bool) -> None:
        record = UUID(farm.say(lot.entity, number=0).id)
        changes = {} if withdrawn else {"kg": str(kg)}
        with attempt():
            self._correct(record, changes=changes, withdrawn=withdrawn)
            self.kg[lot.pk] = Decimal(0) if withdrawn else kg

    @rule(record=records, withdrawn=st.booleans(), stage=st.sampled_from(["13", "99"]))
    def correct_growth(self, record: UUID, *, withdrawn: bool, stage: str) -> None:
        with attempt():
            self._correct(record, changes={} if withdrawn else {"stage": stage}, withdrawn=withdrawn)

    @rule(plot=plots)
    def retire(self, plot: Plot) -> None:
        with attempt():
            retire_plot(plot=plot, entry=farm.entry(), reason="given_up", membership=self.farmer, at=farm.NOW)

    @rule(plot=plots)
    def forget(self, plot: Plot) -> None:
        with attempt():
            erasure = Erasure(record_id=plot.pk)
            erase_personal(erasure=erasure, entry=farm.entry(), membership=self.farmer, at=farm.NOW)

    @invariant()
    def rows_are_what_the_histories_say(self) -> None:
        assert list(rows.check_all(advance=lambda _count: None)) == []

    @invariant()
    def kilograms_add_up(self) -> None:
        stock = dict(Lot.objects.values_list("pk", "kg"))

        assert stock == {pk: kg - self.used[pk] for pk, kg in self.kg.items()}
        assert all(kg >= 0 for kg in stock.values() if kg is not None)

    @invariant()
    def what_was_made_is_linked_to_what_was_used(self) -> None:
        used = {pk for pk, kg in self.used.items() if kg}

        assert set(LotLink.objects.values_list("source", flat=True)) == used

    def _correct(self, record: UUID, *, changes: Mapping[str, object], withdrawn: bool) -> None:
        correction = Correction(record_id=record, reason="other", changes=changes, withdrawn=withdrawn)
        member: Membership = self.farmer
        correct(correction=correction, entry=farm.entry(farm.NOW, uuid4()), membership=member, at=farm.NOW)


@pytest.mark.slow
@pytest.mark.django_db
def test_rows_always_equal_what_is_rebuilt_from_the_histories() -> None:
    run_state_machine_as_test(
        Farm,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
