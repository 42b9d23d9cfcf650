"""A farm with a past that a score can be made of, each step told on the day it happened."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from accounts.models import Membership
from finance.models import Consent, Scorecard
from finance.services import cards
from tests.factories import credit, farm
from tests.factories.log import publish
from traceability.models import Lot, Season
from traceability.services import shipments
from traceability.services.entries import Entry
from traceability.services.growth import Operation, log_growth
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts
from traceability.services.plots import register_plot
from traceability.services.reports import Result, TestReport, report_test
from traceability.services.samples import SampleFacts, take_sample
from traceability.services.seasons import open_season
from traceability.services.shipments import Acceptance, Consignment
from traceability.services.weighing import Weighing

LOTS = 6


@dataclass(frozen=True)
class Cast:
    """Who has to do with the farm."""

    farmer: Membership
    processor: Membership
    laboratory: Membership


def entry(moment: datetime) -> Entry:
    return Entry(id=uuid4(), time=moment)


def spring(year: int) -> datetime:
    return datetime(year, 4, 20, 1, 0, tzinfo=UTC)


def lately(today: date) -> tuple[int, int]:
    """Give the last two years whose harvests are in, for scores of now."""
    newest = today.year if today.month >= 11 else today.year - 1
    return newest - 1, newest


def furnish(cast: Cast, *, years: tuple[int, ...] = (2025, 2026)) -> list[Season]:
    """Let seasons run on one plot: worked in the field, harvested in lots, weighed by the buyer, tested."""
    begun = spring(years[0])
    facts = farm.plot_facts(boundary=farm.boundary_bytes())
    plot = register_plot(entry=entry(begun), facts=facts, membership=cast.farmer, at=begun)
    made = []
    for year in years:
        at = spring(year)
        season = open_season(
            plot=plot, entry=entry(at), facts=farm.season_facts(year=year), membership=cast.farmer, at=at
        )
        work(season, by=cast.farmer, at=at)
        for number in range(LOTS):
            harvested(season, cast, at=at + timedelta(days=150 + number), kg=3800 + 20 * number + year % 3 * 100)
        made.append(season)
    return made


def work(season: Season, *, by: Membership, at: datetime) -> None:
    """Do something in the field each week."""
    for week in range(21):
        moment = at + timedelta(days=7 * week, hours=1)
        name, body = ("sown", {}) if week == 0 else ("irrigated", {"method": "flooding"})
        log_growth(
            season=season, entry=entry(moment), operation=Operation(name=name, body=body), membership=by, at=moment
        )


def harvested(season: Season, cast: Cast, *, at: datetime, kg: int, cadmium: str = "0.06") -> Lot:
    """Harvest a lot, have it tested, and let the buyer weigh it."""
    facts = LotFacts(kg=Decimal(kg), product_form="paddy", product_name="稻谷")
    lot = harvest_lot(season=season, entry=entry(at), harvest=Harvest(lot=facts), membership=cast.farmer, at=at)
    report_on(lot, cast, at=at + timedelta(hours=1), cadmium=cadmium)
    sent = at + timedelta(days=2)
    consignment = Consignment(to=cast.processor.organisation)
    shipment = shipments.ship(lot=lot, consignment=consignment, entry=entry(sent), membership=cast.farmer, at=sent)
    acceptance = Acceptance(weighing=Weighing(net_kg=Decimal(kg)))
    arrived = sent + timedelta(hours=2)
    shipments.accept(
        shipment=shipment, acceptance=acceptance, entry=entry(arrived), membership=cast.processor, at=arrived
    )
    return lot


def report_on(lot: Lot, cast: Cast, *, at: datetime, cadmium: str = "0.06") -> None:
    """Let a laboratory test a lot."""
    sample = take_sample(
        lot=lot,
        entry=entry(at),
        facts=SampleFacts(number="S-1", laboratory=cast.laboratory.organisation),
        membership=cast.farmer,
        at=at,
    )
    reported = at + timedelta(hours=20)
    results = [Result(analyte="cadmium", value=Decimal(cadmium), unit="mg/kg", method="GB 5009.15")]
    report_test(
        sample=sample,
        entry=entry(reported),
        report=TestReport(results=results, report_no="R-1", conclusion="conforming"),
        membership=cast.laboratory,
        at=reported,
    )


def make_card(operator: Membership) -> Scorecard:
    return cards.ensure_expert(entry=entry(spring(2024)), membership=operator, at=spring(2024))


def ready(cast: Cast, operator: Membership, bank: Membership, *, at: datetime = credit.NOW) -> Consent:
    """Furnish a farm and a card, give a consent, and publish all of it."""
    make_card(operator)
    furnish(cast)
    consent = credit.make_consent(cast.farmer, bank, at=at)
    publish()
    return consent
