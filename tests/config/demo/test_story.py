from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from config.demo.scenes import Scene, Stage
from config.demo.story import Told, story, tell
from orders.models import Allocation, MatchRun, Recommendation, RiskAlert, Statement, SubstitutionProposal
from tests.config.demo.conftest import clock, only, tell_all
from tests.factories.farm import NOW
from traceability.models import LogEntry, Lot, Opening, OutboxEntry, Plot, Receipt, Season
from traceability.projections.standing import standing
from traceability.queries import history

SIZE = 417


def _quietly() -> None:
    return


def test_scenes_come_in_the_order_of_their_times_under_names_of_their_own(stage: Stage) -> None:
    scenes = story(stage)

    assert len(scenes) == SIZE
    assert [scene.time for scene in scenes] == sorted(scene.time for scene in scenes)
    assert [name for name, number in Counter(scene.name for scene in scenes).items() if number > 1] == []


def test_same_seed_tells_the_same_story(stage: Stage) -> None:
    first, second = ([(scene.name, scene.time) for scene in story(stage)] for _ in range(2))

    assert first == second


@pytest.mark.slow
def test_story_is_told_once(stage: Stage) -> None:
    tell_all(stage)
    before = Receipt.objects.count()

    again = tell(story(stage), stage, clock=clock, advance=_quietly)

    assert again == Told(now=0, before=SIZE, later=0)
    assert Receipt.objects.count() == before
    assert (Plot.objects.count(), Season.objects.count(), Lot.objects.count()) == (11, 10, 40)
    _check_the_market()


def _check_the_market() -> None:
    runs = MatchRun.objects.order_by("computed_at").values_list("state", flat=True)
    assert list(runs) == ["published"] * 7 + ["proposed"]
    assert Counter(Statement.objects.values_list("state", flat=True)) == {"paid": 2, "instructed": 1}
    assert Counter(Allocation.objects.values_list("state", flat=True)) == {"settled": 7, "accepted": 1}
    assert Allocation.objects.get(state="accepted").disputed_fen == 52_000
    advice = Recommendation.objects.values_list("plot__name", "presold_bp", "forecast_bp", "answer")
    assert sorted(advice) == [
        ("北条田", 4231, 5768, "accepted"),
        ("南池子", 4231, 5768, "declined"),
        ("西大甸", 4231, 5768, ""),
    ]
    asked = SubstitutionProposal.objects.get()
    assert (asked.kg, asked.answer, asked.expires_at) == (Decimal(90), "", NOW + timedelta(days=1))
    alerts = RiskAlert.objects.values_list("supply__plan__plot__name", "action", "unsold_kg")
    assert set(alerts) == {("岗上地", "processing", 700), ("沟帮地", "processing", None), ("东大方", "", None)}


def test_story_that_was_cut_short_goes_on_where_it_ended(stage: Stage) -> None:
    scenes = story(stage)[:30]

    def cut_short(scene: Scene, **said: object) -> None:
        with transaction.atomic():
            scene.play(**said)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    broken = [*scenes[:20], Scene(name=scenes[20].name, time=scenes[20].time, play=partial(cut_short, scenes[20]))]
    with pytest.raises(KeyboardInterrupt):
        tell(broken, stage, clock=clock, advance=_quietly)

    assert tell(scenes, stage, clock=clock, advance=_quietly) == Told(now=10, before=20, later=0)


def test_nothing_is_told_of_the_future(stage: Stage) -> None:
    scenes = story(stage)[:40]
    between = scenes[25].time + timedelta(seconds=1)

    told = tell(scenes, stage, clock=lambda: between, advance=_quietly)

    assert told == Told(now=26, before=0, later=14)


def test_full_outbox_is_emptied_on_the_way(stage: Stage, settings: Settings) -> None:
    settings.OUTBOX_LIMIT = 4

    told = tell(story(stage)[:20], stage, clock=clock, advance=_quietly)

    assert told.now == 20
    assert LogEntry.objects.exists()
    assert OutboxEntry.objects.count() < 20


def test_lot_harvested_inside_the_interval_stays_where_it_is(stage: Stage) -> None:
    tell_all(stage, only(stage, "beitiaotian", "H3"))

    lot = stage.lot("H3")

    harvested = standing(history.of(lot.entity))[0]
    assert harvested.body["inside_interval"] is True
    assert harvested.private["interval_reason"].startswith("大风倒伏")
    assert (lot.custodian.name, lot.kg) == ("王秀兰家", Decimal(1960))


def test_weight_that_was_mistyped_is_the_right_one_afterwards(stage: Stage) -> None:
    tell_all(stage, only(stage, "nanchizi", "H6"))

    harvested = standing(history.of(stage.lot("H6").entity))[0]

    assert harvested.event.leaf.body["kg"] == "10370"
    assert harvested.body["kg"] == "10730"


def test_watering_on_the_wrong_plot_is_withdrawn(stage: Stage) -> None:
    tell_all(stage, only(stage, "nanchizi"))

    entity = f"season:{stage.id_of('season nanchizi')}"

    withdrawn = [one.event.leaf.id for one in standing(history.of(entity)) if one.withdrawn]

    assert withdrawn == [str(stage.id_of("work nanchizi wrong-plot"))]


def test_note_that_named_a_neighbour_is_gone(stage: Stage) -> None:
    tell_all(stage, only(stage, "heyandi"))

    record_id = stage.id_of("work heyandi neighbour")

    paths = Opening.objects.filter(record_id=record_id).values_list("path", flat=True)

    assert list(paths) == ["observer"]
    assert Receipt.objects.filter(record_id=record_id).exists()


def test_helper_types_and_the_farmer_is_named(stage: Stage) -> None:
    tell_all(stage, only(stage, "goubangdi"))

    entity = f"season:{stage.id_of('season goubangdi')}"

    sown = next(one for one in history.of(entity) if one.leaf.type == "growth.sown")

    assert sown.leaf.actor.id == str(stage.cast.member("li", "technician").user.public_id)
    assert sown.private["operator"] == "李德厚"


def test_harvest_comes_into_the_time_of_the_newest_limits(stage: Stage) -> None:
    harvests = [scene.time.date() for scene in only(stage, "harvest")]

    assert min(harvests) >= date(2026, 9, 2)
    assert max(scene.time for scene in story(stage)) < NOW


def test_plot_that_is_given_up_is_retired(stage: Stage) -> None:
    tell_all(stage, only(stage, "laochangyuan"))

    assert [plot.name for plot in Plot.objects.filter(retired=True)] == ["老场院"]


def test_names_of_people_and_plots_stay_out_of_the_log(stage: Stage) -> None:
    tell_all(stage, only(stage, "laochangyuan", "beitiaotian"))

    leaves = b"".join(bytes(leaf) for leaf in OutboxEntry.objects.values_list("leaf", flat=True))

    assert "盐丰47".encode() in leaves
    assert [name for name in ("王秀兰", "北条田", "老场院", "122.0") if name.encode() in leaves] == []


def test_clock_is_asked_for_every_record(stage: Stage) -> None:
    ticks = iter(NOW + timedelta(seconds=number) for number in range(100))

    def ticking() -> datetime:
        return next(ticks)

    tell(story(stage)[:5], stage, clock=ticking, advance=_quietly)

    assert Receipt.objects.values("recorded_at").distinct().count() == 5
