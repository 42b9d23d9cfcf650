import json
import logging
from uuid import UUID

import pytest
import structlog
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Membership
from config import logs
from tests.factories import farm
from traceability import trail


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "suyuan.requests"]


def test_each_answer_has_an_id_of_its_own(client: Client) -> None:
    first, second = client.get("/healthz")["X-Request-ID"], client.get("/healthz")["X-Request-ID"]

    assert UUID(first) != UUID(second)


def test_a_strangers_id_counts_only_behind_our_own_proxy(client: Client, settings: Settings) -> None:
    given = {"X-Request-ID": "from-the-front-1"}

    alone = client.get("/healthz", headers=given)["X-Request-ID"]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    behind = client.get("/healthz", headers=given)["X-Request-ID"]
    forged = client.get("/healthz", headers={"X-Request-ID": "a\tb"})["X-Request-ID"]

    assert alone != "from-the-front-1"
    assert behind == "from-the-front-1"
    assert UUID(forged)


@pytest.mark.django_db
def test_a_line_names_route_and_pseudonym_and_no_query(
    client: Client, farmer: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(farmer.user)

    with caplog.at_level(logging.INFO, logger="suyuan.requests"):
        client.get("/parties/members/?phone=13900139000")

    (line,) = lines(caplog)
    told = vars(line)
    assert (told["route"], told["status"], told["actor"]) == ("parties/members/", 200, str(farmer.user.public_id))
    assert "13900139000" not in json.dumps({name: str(value) for name, value in told.items()})


@pytest.mark.django_db
def test_what_is_appended_is_followed(farmer: Membership) -> None:
    with trail.followed() as found:
        farm.make_plot(farmer)

    assert len(found) == 1
    assert UUID(found[0])


def test_json_lines_hold_no_phone_and_no_identity_number() -> None:
    event = logs.without_personal_data(
        None, "info", {"event": "Key (phone)=(13900139000) exists", "id": "211102196001011234", "n": 13900139000}
    )

    assert event == {"event": "Key (phone)=([personal]) exists", "id": "[personal]", "n": 13900139000}


def test_a_traceback_is_masked_like_any_text() -> None:
    made = logs.settings(as_json=True)["formatters"]["line"]
    formatter = structlog.stdlib.ProcessorFormatter(**{key: value for key, value in made.items() if key != "()"})
    error = ValueError("phone 13900139000")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, (ValueError, error, None))

    line = json.loads(formatter.format(record))

    assert line["event"] == "failed"
    assert "ValueError: phone [personal]" in line["exception"]


@pytest.mark.parametrize(("status", "kept"), [(503, False), (500, True)])
def test_a_request_that_was_told_to_come_again_leaves_no_trace(status: int, *, kept: bool) -> None:
    error = OSError("gone")
    event = {"event": "Out of service", "status_code": status, "exc_info": (OSError, error, None)}

    told = logs.without_known_traces(None, "", event)

    assert ("exc_info" in told, told.get("error")) == (kept, None if kept else "OSError")
