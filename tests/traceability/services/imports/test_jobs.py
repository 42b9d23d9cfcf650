from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Membership
from tests.factories import farm, market
from tests.factories.pages import client_of
from traceability.enums import ImportState
from traceability.errors import RefusedError
from traceability.models import Lot, Plot, Season, SheetImport, TaskRequest
from traceability.services import integrator
from traceability.services.fsck import Fsck
from traceability.services.imports import jobs
from traceability.services.imports.going_through import KINDS, GoingThrough, Tally
from traceability.services.imports.jobs import SentSheet
from traceability.sheets import Row, csv_bytes

pytestmark = pytest.mark.django_db

PLOT_HEADING = "地块编号,地块名称,面积(亩),村代码,经度,纬度,登记日期,备注"
GOOD_PLOTS = [
    "A-1,东大方,38.6,211104105203,122.05,41.12,2026-04-01,",
    "A-2,西大方,１２．５,211104105203,,,2026/4/2,",
    "A-3,南大方,1公顷,211104105203,,,2026年4月3日,低洼",
]
BAD_PLOTS = [
    "A-4,,abc,211104105203,,,2026-04-01,",
    "A-5,,5,2111,,,2026-04-01,",
    "A-6,,5,211104105203,,,2099-01-01,",
    "A-7,,5,211104105203,122.05,,2026-04-01,",
    "A-1,又一块,9,211104105203,,,2026-04-01,",
    "A-8,,5,991104105203,,,2026-04-01,",
]
GROWTH_HEADING = "地块编号,日期,作业,肥料或农药,用量,水量,剂量,防治对象,安全间隔期,登记证号,生育期,作业人,备注"
INTAKE_HEADING = "日期,供货人,货品,毛重(公斤),皮重(公斤),净重(公斤),水分,杂质,等级,磅单号,供方批号,批号,品名,备注"


def clock() -> datetime:
    return farm.NOW


def sent(kind: str, *lines: str, encoding: str = "utf-8") -> SentSheet:
    return SentSheet(id=uuid4(), kind=kind, file_name="表.csv", data="\n".join(lines).encode(encoding))


def checked(member: Membership, sheet: SentSheet) -> SheetImport:
    made = jobs.take(sent=sheet, membership=member, at=farm.NOW)
    return jobs.run_if_short(made, clock=clock)


def loaded(member: Membership, sheet: SentSheet) -> SheetImport:
    asked = jobs.load(sheet_import=checked(member, sheet), membership=member, at=farm.NOW)
    return jobs.run_if_short(asked, clock=clock)


def told(found: SheetImport) -> list[tuple[int, str, str]]:
    return [(one["line"], one["field"], one["rule"]) for one in found.problems]


def test_a_check_names_every_bad_row_and_records_nothing(farmer: Membership) -> None:
    before = farm.footprint()

    found = checked(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS, *BAD_PLOTS, encoding="gbk"))

    assert (found.state, found.rows, found.good, found.totals) == (ImportState.CHECKED, 9, 3, {"mu": "66.10"})
    assert told(found) == [
        (5, "area", "not_a_decimal"),
        (6, "division_code", "wrong_format"),
        (7, "day", "in_the_future"),
        (8, "longitude", "not_a_position"),
        (9, "number", "differs_from_line"),
        (10, "division_code", "division_province"),
    ]
    assert farm.footprint() == before


def test_good_rows_are_recorded_and_bad_ones_are_not(farmer: Membership) -> None:
    found = loaded(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS, *BAD_PLOTS))

    assert (found.state, found.loaded, len(found.problems)) == (ImportState.DONE, 3, 6)
    made = Plot.objects.order_by("number")
    assert [(plot.number, plot.name, plot.declared_mu) for plot in made] == [
        ("A-1", "东大方", Decimal("38.60")),
        ("A-2", "西大方", Decimal("12.50")),
        ("A-3", "南大方", Decimal("15.00")),
    ]
    said = farm.say(made[0].entity)
    assert (said.actor.attested, said.body["typed"]) == ("import", {"value": "38.6", "unit": "mu"})
    assert list(jobs.bad_rows(found))[1:] == [line.split(",") for line in BAD_PLOTS]


def test_the_same_file_again_makes_nothing_double(farmer: Membership) -> None:
    lines = [PLOT_HEADING, *GOOD_PLOTS]
    loaded(farmer, sent("plots", *lines))
    before = farm.footprint()

    again = loaded(farmer, sent("plots", *lines))

    assert (again.loaded, again.problems) == (3, [])
    assert farm.footprint() == before


def test_a_plot_that_was_recorded_otherwise_is_named(farmer: Membership) -> None:
    loaded(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS))

    again = checked(farmer, sent("plots", PLOT_HEADING, GOOD_PLOTS[0].replace("38.6", "40")))

    assert told(again) == [(2, "number", "differs_from_recorded")]


def test_a_file_that_is_sent_twice_under_one_id_is_one(farmer: Membership) -> None:
    sheet = sent("plots", PLOT_HEADING, *GOOD_PLOTS)

    assert checked(farmer, sheet) == checked(farmer, sheet)
    assert SheetImport.objects.count() == 1


def test_field_work_finds_its_season(farmer: Membership) -> None:
    plot = farm.make_plot(farmer, number="A-1")
    season = farm.make_season(farmer, plot)
    lines = [
        GROWTH_HEADING,
        "A-1,2026-05-01,播种,,30斤,,,,,,,张三,",
        "A-1,2026-05-20,浇水,,,30,,,,,,,",
        "A-1,2026-06-01,施肥,尿素,200斤,,,,,,,,",
        "A-1,2026-07-01,打药,吡蚜酮,,,20克/亩,稻飞虱,14,PD20060044,,,",
        "A-1,2026-07-02,打药,吡蚜酮,,,20克/亩,稻飞虱,,,,,",
        "A-1,2026-06-01,施肥,尿素,,,,,,,,,",
        "A-1,2020-06-01,浇水,,,30,,,,,,,",
        "B-9,2026-06-01,浇水,,,30,,,,,,,",
        "A-1,2026-06-01,唱歌,,,,,,,,,,",
    ]

    found = loaded(farmer, sent("growth", *lines))

    assert told(found) == [
        (6, "phi_days", "missing_member"),
        (7, "amount", "missing_member"),
        (8, "day", "no_season_then"),
        (9, "plot", "unknown_plot_number"),
        (10, "operation", "not_in_list"),
    ]
    assert found.loaded == 4
    season.refresh_from_db()
    assert (str(season.sown_on), str(season.harvest_allowed_from)) == ("2026-05-01", "2026-07-15")
    assert farm.say(season.entity).body["dose"] == {"value": "20", "unit": "g/mu"}


def test_intakes_become_lots(processor: Membership) -> None:
    lines = [
        INTAKE_HEADING,
        "2026-09-28,张大,稻谷,12500,4100,,18.5,1.2,,BD-1,,,,",
        '2026-09-28,李二,稻谷,"9,000",4100,,,,,BD-2,,,,',
        "2026-09-28,王五,稻谷,4000,4100,,,,,BD-3,,,,",
        "2026-09-28,赵六,稻谷,,,,,,,BD-4,,,,",
        "2026-09-28,张大,稻谷,12600,4100,,18.5,1.2,,BD-1,,,,",
    ]

    found = loaded(processor, sent("intakes", *lines))

    assert told(found) == [(4, "tare", "not_positive"), (5, "net", "weight_missing"), (6, "slip", "differs_from_line")]
    assert (found.loaded, found.totals) == (2, {"kg": "13300"})
    assert sorted(lot.kg for lot in Lot.objects.all() if lot.kg) == [Decimal("4900.000"), Decimal("8400.000")]


def test_a_step_that_died_between_two_rows_is_done_again(farmer: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = checked(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS))
    asked = jobs.load(sheet_import=sheet, membership=farmer, at=farm.NOW)
    take = GoingThrough.take

    def die(self: GoingThrough, rows: Sequence[Row]) -> Tally:
        if rows[0].line == 3:
            raise OperationalError("the server is gone")
        return take(self, rows)

    monkeypatch.setattr(GoingThrough, "take", die)
    with pytest.raises(OperationalError):
        jobs.run(asked.pk, clock=clock)
    monkeypatch.setattr(GoingThrough, "take", take)
    assert Plot.objects.count() == 1

    jobs.run(asked.pk, clock=clock)

    asked.refresh_from_db()
    assert (asked.state, asked.loaded, Plot.objects.count()) == (ImportState.DONE, 3, 3)


def test_a_long_sheet_is_left_to_a_worker(farmer: Membership) -> None:
    lines = [f"A-{number},,5亩,211104105203,,,2026-04-01," for number in range(jobs.INLINE_ROWS + 1)]

    found = checked(farmer, sent("plots", PLOT_HEADING, *lines))

    assert (found.state, found.seen) == (ImportState.CHECKING, 0)
    assert list(TaskRequest.objects.filter(name=jobs.RUN).values_list("argument", flat=True)) == [
        f"{found.pk} CHECKING"
    ]
    with pytest.raises(RefusedError, match="being checked"):
        jobs.load(sheet_import=found, membership=farmer, at=farm.NOW)
    jobs.run(found.pk, clock=clock)
    found.refresh_from_db()
    assert (found.state, found.good, Plot.objects.count()) == (ImportState.CHECKED, len(lines), 0)


def test_a_worker_waits_while_the_log_is_full_and_goes_on(farmer: Membership, settings: Settings) -> None:
    lines = [f"A-{number},,5亩,211104105203,,,2026-04-01," for number in range(9)]
    found = checked(farmer, sent("plots", PLOT_HEADING, *lines))
    settings.OUTBOX_LIMIT = 3
    asked = jobs.load(sheet_import=found, membership=farmer, at=farm.NOW)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        integrator.integrate_once()

    jobs.run(asked.pk, clock=clock, patience=jobs.Patience(pause=pause))

    asked.refresh_from_db()
    assert (asked.state, asked.loaded, asked.problems, Plot.objects.count()) == (ImportState.DONE, 9, [], 9)
    assert waited == [5, 5]


def test_a_worker_that_waited_long_enough_asks_anew_and_says_so_until_all_is_loaded(
    farmer: Membership, settings: Settings
) -> None:
    lines = [f"A-{number},,5亩,211104105203,,,2026-04-01," for number in range(9)]
    found = checked(farmer, sent("plots", PLOT_HEADING, *lines))
    settings.OUTBOX_LIMIT = 3
    TaskRequest.objects.all().delete()
    asked = jobs.load(sheet_import=found, membership=farmer, at=farm.NOW)
    waited: list[float] = []

    jobs.run(asked.pk, clock=clock, patience=jobs.Patience(pause=waited.append, seconds=12))

    asked.refresh_from_db()
    assert (asked.state, asked.loaded, Plot.objects.count(), waited) == (ImportState.LOADING, 0, 4, [5, 5, 5])
    page = client_of(farmer).get(reverse("imports:report", args=[asked.pk])).content.decode()
    assert "The work waits and goes on by itself" in page
    assert list(TaskRequest.objects.order_by("pk").values_list("argument", flat=True)) == [
        f"{asked.pk} LOADING",
        f"{asked.pk} LOADING {farm.NOW.timestamp():.0f}",
    ]
    integrator.integrate_once()
    settings.OUTBOX_LIMIT = 4096

    jobs.run(asked.pk, clock=clock)

    asked.refresh_from_db()
    assert (asked.state, asked.loaded, asked.problems, Plot.objects.count()) == (ImportState.DONE, 9, [], 9)
    assert list(Fsck().faults()) == []


def test_who_waits_for_a_short_sheet_is_not_kept_while_the_log_is_full(farmer: Membership, settings: Settings) -> None:
    settings.OUTBOX_LIMIT = 1
    farm.make_plot(farmer, number="B-1")
    farm.make_plot(farmer, number="B-2")

    found = checked(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS))

    assert (found.state, found.seen) == (ImportState.CHECKING, 0)
    integrator.integrate_once()
    settings.OUTBOX_LIMIT = 4096
    jobs.run(found.pk, clock=clock)
    found.refresh_from_db()
    assert (found.state, found.good) == (ImportState.CHECKED, 3)


def test_whoever_has_left_the_party_loads_nothing(farmer: Membership) -> None:
    asked = jobs.load(
        sheet_import=checked(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS)), membership=farmer, at=farm.NOW
    )
    Membership.objects.filter(pk=farmer.pk).delete()

    jobs.run(asked.pk, clock=clock)

    asked.refresh_from_db()
    assert (asked.state, told(asked), Plot.objects.count()) == (
        ImportState.CHECKED,
        [(0, "", "viewer_cannot_write")],
        0,
    )


def test_old_sheets_go_and_what_was_recorded_stays(farmer: Membership) -> None:
    loaded(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS))

    assert jobs.forget_old(at=farm.NOW + jobs.KEPT) == 0
    assert jobs.forget_old(at=farm.NOW + jobs.KEPT + timedelta(seconds=1)) == 1
    assert Plot.objects.count() == 3


def test_a_sheet_names_people_and_its_rows_cannot_be_guessed(processor: Membership) -> None:
    sheet = sent("intakes", INTAKE_HEADING, "2026-09-28,张大,稻谷,12500,4100,,,,,BD-1,,,,")

    found = checked(processor, sheet)

    assert "张大".encode() not in bytes(found.sealed)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_sheet_record_it_once(farmer: Membership) -> None:
    asked = jobs.load(
        sheet_import=checked(farmer, sent("plots", PLOT_HEADING, *GOOD_PLOTS)), membership=farmer, at=farm.NOW
    )

    def work(import_id: UUID) -> None:
        try:
            jobs.run(import_id, clock=clock)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, [asked.pk, asked.pk]))

    asked.refresh_from_db()
    assert (asked.state, asked.loaded, asked.problems, Plot.objects.count()) == (ImportState.DONE, 3, [], 3)
    assert list(Fsck().faults()) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_of_every_template_is_a_good_row(kind: str, farmer: Membership, processor: Membership) -> None:
    season = farm.make_season(farmer, farm.make_plot(farmer, number="示例-01"))
    assert Season.objects.get() == season
    member = farmer if kind in {"plots", "growth"} else processor
    if kind == "orders":
        market.make_offer(processor, market.make_product())
    if kind == "plots":
        Plot.objects.filter(number="示例-01").update(number="taken")
    of_kind = KINDS[kind]
    data = csv_bytes([[one.headings[0] for one in of_kind.columns], of_kind.example])

    sheet = SentSheet(id=uuid4(), kind=kind, file_name="x.csv", data=data)
    # Orders are taken until an offer's day is over; the others tell of a season that has ended.
    at = datetime(2026, 8, 2, tzinfo=UTC) if kind == "orders" else farm.NOW
    found = jobs.run_if_short(jobs.take(sent=sheet, membership=member, at=at), clock=lambda: at)

    assert (found.good, found.problems) == (1, [])
