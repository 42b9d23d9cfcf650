import pytest
from django.test import Client

from config.demo.scenes import Stage
from config.demo.summary import summary
from tests.config.demo.conftest import only, tell_all


@pytest.mark.django_db
def test_before_anything_is_loaded_only_the_start_page_is_named() -> None:
    assert summary() == {"pages": [{"title": "首页 / start page", "path": "/"}], "accounts": []}


def test_log_ins_are_written_as_people_type_them(stage: Stage) -> None:
    accounts = summary()["accounts"]

    assert accounts[0] == {
        "organisation": "王秀兰家",
        "role": "负责人",
        "phone": "130 0000 0001",
        "password": "suyuan-demo-2026",
    }
    assert accounts[4]["organisation"].split("、") == ["青苇示例水稻合作社", "王秀兰家", "李德厚家", "张凤芹家"]


def test_pages_that_are_named_answer(stage: Stage, client: Client) -> None:
    tell_all(stage, only(stage, "dongdafang", "H1", "D1", "M1", "P1", "goubangdi", "H5", "T5"))

    pages = summary()["pages"]

    assert [page["path"].partition("?")[0][:30] for page in pages] == [
        "/",
        "/01/09520260000103/10/PJ261016",
        f"/trace/{stage.lot('H5').pk}"[:30],
    ]
    assert [client.get(page["path"]).status_code for page in pages] == [200, 200, 200]


def test_log_in_works(stage: Stage, client: Client) -> None:
    account = summary()["accounts"][0]

    client.post("/account/login/", {"login": account["phone"], "password": account["password"]})

    assert "王秀兰家" in client.get("/").content.decode()
