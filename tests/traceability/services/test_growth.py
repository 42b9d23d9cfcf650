import io
from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from PIL import Image

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import InputError, NotYoursError, RefusedError
from traceability.models import Season
from traceability.queries import history
from traceability.services.attachments import path_of
from traceability.services.growth import Operation, log_growth

SPRAYING = {"product": "三环唑", "dose": {"value": "20", "unit": "g/mu"}, "target": "稻瘟病"}


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 140, 70)).save(file, "JPEG")
    return file.getvalue()


def record(season: Season, operation: Operation, *, by: Membership, days: int = 1) -> Season:
    made = farm.entry(farm.SPRING + timedelta(days=days))
    return log_growth(season=season, entry=made, operation=operation, membership=by, at=farm.NOW)


def refusal(season: Season, operation: Operation, *, by: Membership, days: int = 1) -> tuple[str, str]:
    before = farm.footprint()
    with pytest.raises(InputError) as caught:
        record(season, operation, by=by, days=days)
    assert farm.footprint() == before
    return caught.value.pointer, caught.value.rule


def test_an_operation_is_recorded_with_its_day_and_who_did_it_in_private(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    record(season, Operation(name="irrigated", body={"water_m3": "30"}, private={"operator": "张三"}), by=farmer)

    leaf = farm.say(season.entity)
    assert (leaf.type, leaf.body) == ("growth.irrigated", {"water_m3": "30", "date": "2026-04-21"})
    assert set(leaf.commit) == {"operator"}


def test_the_season_knows_its_sowing_and_its_last_stage(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    farm.log(season, "transplanted", by=farmer, days=31)
    farm.log(season, "sown", by=farmer, days=1)
    farm.log(season, "observed", by=farmer, days=60, stage="65")
    farm.log(season, "observed", by=farmer, days=40, stage="30")

    season.refresh_from_db()
    assert (season.sown_on, season.stage) == (date(2026, 4, 21), "65")


def test_spraying_moves_the_first_day_of_harvest_and_never_back(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    farm.log(season, "sprayed", by=farmer, days=80, phi_days=21, **SPRAYING)
    farm.log(season, "sprayed", by=farmer, days=85, phi_days=7, **SPRAYING)

    season.refresh_from_db()
    assert season.harvest_allowed_from == date(2026, 7, 30)


def test_photos_are_named_by_their_bytes_and_stored(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    record(season, Operation(name="photographed", photos=[jpeg()]), by=farmer)

    (photo,) = farm.say(season.entity).attachments
    with storages["attachments"].open(path_of(photo.sha256)) as file:
        assert (photo.media, photo.size) == ("image/jpeg", len(file.read()))


@pytest.mark.parametrize(
    ("operation", "pointer", "rule"),
    [
        (Operation(name="harvested"), "/type", "not_a_growth_event"),
        (Operation(name="photographed"), "/photo", "photo_missing"),
        (Operation(name="photographed", photos=[b"GIF89a"]), "/photo", "not_a_photo"),
        (Operation(name="photographed", photos=[b""] * 7), "/photo", "too_many_photos"),
        (Operation(name="sprayed", body={**SPRAYING}), "/body", "missing_member"),
        (Operation(name="sprayed", body={**SPRAYING, "phi_days": -1}), "/body/phi_days", "below_minimum"),
        (Operation(name="sprayed", body={**SPRAYING, "phi_days": 7, "price": "3"}), "/body/price", "unknown_member"),
        (Operation(name="irrigated", body={"water_m3": 30.5}), "/body/water_m3", "not_a_decimal"),
        (Operation(name="irrigated", body={"water_m3": "-1"}), "/body/water_m3", "not_positive"),
        (Operation(name="observed", private={"note": "x" * 1001}), "/commit/note", "text_too_long"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, operation: Operation, pointer: str, rule: str
) -> None:
    assert refusal(farm.make_season(farmer), operation, by=farmer) == (pointer, rule)


def test_nothing_is_told_from_before_the_season_nor_from_ahead(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    assert refusal(season, Operation(name="sown"), by=farmer, days=-1) == ("/time", "too_early")
    assert refusal(season, Operation(name="sown"), by=farmer, days=300) == ("/time", "in_the_future")


def test_the_same_entry_twice_is_one_record(farmer: Membership) -> None:
    season, entry = farm.make_season(farmer), farm.entry()
    operation = Operation(name="irrigated", photos=[jpeg()])

    for _ in range(2):
        log_growth(season=season, entry=entry, operation=operation, membership=farmer, at=farm.NOW)

    assert farm.say(season.entity).eseq == 1


def test_neither_strangers_nor_viewers_write(farmer: Membership, viewer: Membership, stranger: Membership) -> None:
    season = farm.make_season(farmer)

    with pytest.raises(NotYoursError):
        record(season, Operation(name="sown"), by=stranger)
    with pytest.raises(RefusedError, match="may look"):
        record(season, Operation(name="sown"), by=viewer)


def test_work_that_bears_on_no_row_does_not_read_the_history(
    farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = farm.make_season(farmer)
    asked: list[object] = []
    read = history.of_all

    def watched(entities: list[str]) -> dict[str, list[history.Event]]:
        asked.append(entities)
        return read(entities)

    monkeypatch.setattr(history, "of_all", watched)

    record(season, Operation(name="irrigated", body={"water_m3": "30"}), by=farmer)
    assert asked == []

    record(season, Operation(name="observed", body={"stage": "65"}), by=farmer)
    assert asked == [[season.entity]]
