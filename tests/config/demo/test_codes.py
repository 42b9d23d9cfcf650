from datetime import datetime

import pytest
from django.test import Client

from config.demo import codes
from config.demo.scenes import Stage
from config.demo.summary import summary
from tests.config.demo.conftest import clock, only, tell_all
from traceability.models import BagCode


@pytest.fixture
def told(stage: Stage) -> Stage:
    tell_all(stage, only(stage, "dongdafang", "H1", "D1", "M1", "P1"))
    return stage


def test_bags_are_numbered_and_scanned_once_however_often_it_is_told(told: Stage) -> None:
    first, again = codes.scan_bags(told, clock=clock), codes.scan_bags(told, clock=clock)

    assert first == again
    assert sorted(BagCode.objects.values_list("scans", flat=True), reverse=True)[:4] == [7, 2, 1, 0]
    assert BagCode.objects.count() == codes.BAGS
    assert BagCode.objects.exclude(copy_sign="").count() == 1


def test_the_copy_is_among_the_pages_to_look_at(told: Stage, client: Client) -> None:
    codes.scan_bags(told, clock=clock)

    (path,) = [page["path"] for page in summary()["pages"] if "/21/" in page["path"]]

    assert "疑似被复制" in client.get(f"{path}?lang=zh-hans").content.decode()


def test_before_the_lot_or_its_day_there_is_nothing(stage: Stage) -> None:
    assert codes.scan_bags(stage, clock=clock) is None
    tell_all(stage, only(stage, "dongdafang", "H1", "D1", "M1", "P1"))

    assert codes.scan_bags(stage, clock=lambda: datetime.fromisoformat("2026-10-24T12:00:00+08:00")) is None
