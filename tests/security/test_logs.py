"""What the lines of the log hold, and what nobody can put into them."""

import json
import logging
from typing import Any

import pytest
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from accounts.models import Membership
from config import logs
from tests.accounts.web.test_entrance import PASSWORD, make_person
from tests.factories.pages import client_of

pytestmark = pytest.mark.django_db


def line_of(message: str, **extra: Any) -> str:
    """Write one line as production does."""
    settings = logs.settings(as_json=True)["formatters"]["line"]
    formatter = ProcessorFormatter(foreign_pre_chain=settings["foreign_pre_chain"], processors=settings["processors"])
    record = logging.makeLogRecord({"name": "suyuan.test", "levelname": "INFO", "msg": message, **extra})
    return formatter.format(record)


@pytest.mark.parametrize(
    "said", ["plain", 'a\n{"event": "forged"}', "a\r\nb", "\x1b[31mred", "\u2028next", '"},{"level":"critical"']
)
def test_a_line_is_one_line_of_json_in_utc_whatever_was_said(said: str) -> None:
    line = line_of(said, route=said)

    assert len(line.splitlines()) == 1 or "\u2028" in said
    assert "\n" not in line
    assert "\x1b" not in line
    found = json.loads(line)
    assert (found["event"], found["route"]) == (said, said)
    assert found["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("task", "level", "told"),
    [
        ("traceability.relay", logging.INFO, False),
        ("traceability.relay", logging.ERROR, True),
        ("traceability.verify_new", logging.INFO, True),
    ],
)
def test_a_task_of_each_second_is_told_of_only_when_it_fails(task: str, level: int, *, told: bool) -> None:
    arguments = {"name": task, "id": "7", "runtime": "0.1"}
    record = logging.LogRecord("celery.app.trace", level, "", 0, "Task %(name)s[%(id)s]", (arguments,), None)

    assert logs.is_no_tick(record) is told


def test_logging_in_and_failing_to_are_told(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    person = make_person()
    caplog.set_level(logging.INFO, "suyuan.entrance")

    client.post("/account/login/", {"login": "13800138000", "password": "not it"})
    client.post("/account/login/", {"login": "13800138000", "password": PASSWORD})

    told = [one for one in caplog.records if one.name == "suyuan.entrance"]
    assert [one.getMessage() for one in told] == ["log-in failed", "logged in"]
    assert told[1].__dict__["actor"] == str(person.public_id)
    assert "13800138000" not in caplog.text
    assert "not it" not in "".join(str(one.__dict__) for one in told)


def test_a_refusal_is_told_with_who_was_refused(farmer: Membership, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "suyuan.requests")

    client_of(farmer).get("/operator/log/")

    told = next(one for one in caplog.records if one.name == "suyuan.requests").__dict__
    assert (told["route"], told["status"]) == ("operator/log/", 404)
    assert told["actor"] == str(farmer.user.public_id)
