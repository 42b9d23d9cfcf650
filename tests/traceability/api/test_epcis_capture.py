"""What is answered to a document: the job, or what is wrong, by the member's name and in the reader's language."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import epcis
from tests.factories.epcis import WHEN, Partner, bare, new_rows
from tests.traceability.epcis.samples import CONTEXT, PADDY, amount, document, milling, observation
from traceability.models import CaptureJob, EpcisEvent

pytestmark = pytest.mark.django_db

EVENT = observation(eventID="urn:x:1", **WHEN)
ITEM = "/epcisBody/eventList/0"
JOB_ROWS = {"traceability_capturejob": 1, "traceability_taskrequest": 1}
DEEP = b'{"a":' * 40 + b"1" + b"}" * 40


def with_text(text: str, value: str) -> bytes:
    """Write a document in which one text stands for whatever JSON the test wants there."""
    return document({**EVENT, "ln:here": "HERE"}).replace(f'"{text}"'.encode(), value.encode())


class TestAnswers:
    def test_a_document_is_answered_with_its_job(self, partner: Partner) -> None:
        answer = partner.post("capture", document(EVENT))

        job = CaptureJob.objects.get()
        assert answer.status_code == 202
        assert answer.headers["Location"] == f"/api/epcis/capture/{job.pk}"
        assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"
        told = answer.json()
        assert told == {
            "captureID": str(job.pk),
            "createdAt": job.created_at.isoformat(),
            "finishedAt": job.created_at.isoformat(),
            "running": False,
            "success": True,
            "captureErrorBehaviour": "rollback",
            "captured": 1,
            "documentDigest": f"sha-256:{job.document_sha256}",
            "errors": [],
        }

    def test_a_long_document_is_answered_with_a_job_that_runs(self, partner: Partner) -> None:
        told = partner.capture(document(*({**EVENT, "eventID": f"urn:x:{number}"} for number in range(51))))

        assert (told["running"], told["success"], told["finishedAt"], told["captured"]) == (True, True, None, 0)

    def test_good_events_are_kept_where_that_is_asked_for(self, partner: Partner) -> None:
        bad = {**EVENT, "eventID": "urn:x:2", "quantityList": [amount(PADDY, -5)]}

        told = partner.capture(document(EVENT, bad, EVENT), proceed=True)

        assert (told["success"], told["captured"], told["captureErrorBehaviour"]) == (False, 1, "proceed")
        assert told["errors"] == [
            {
                "type": "urn:suyuan:rule:below_minimum",
                "title": "An event was not captured",
                "status": 400,
                "detail": "/epcisBody/eventList/1/quantityList/0/quantity must not be below 0",
                "pointer": "/epcisBody/eventList/1/quantityList/0/quantity",
                "rule": "below_minimum",
            },
            {
                "type": "urn:suyuan:rule:repeated_event",
                "title": "An event was not captured",
                "status": 409,
                "detail": "/epcisBody/eventList/2/eventID an event urn:x:1 was captured before; declare it wrong to"
                " correct it",
                "pointer": "/epcisBody/eventList/2/eventID",
                "rule": "repeated_event",
            },
        ]

    def test_one_event_is_answered_with_its_address(self, partner: Partner) -> None:
        odd = "urn:x:a/b?c=d%20;e"

        answer = partner.post("events", bare({**EVENT, "eventID": odd}))

        assert (answer.status_code, answer.json()) == (201, {"eventID": odd})
        assert answer.headers["Location"] == "/api/epcis/events/urn:x:a%2Fb%3Fc%3Dd%2520%3Be"
        assert [event["eventID"] for event in partner.events("events/urn:x:a%2Fb%3Fc%3Dd%2520%3Be")] == [odd]

    def test_a_repeated_event_is_a_conflict(self, partner: Partner) -> None:
        partner.post("events", bare(EVENT))
        before = epcis.rows()

        answer = partner.post("events", bare(EVENT))

        assert answer.status_code == 409
        assert answer.json() == {
            "type": "urn:suyuan:problem:conflict",
            "title": "It does not fit what is there already",
            "status": 409,
            "detail": "/eventID an event urn:x:1 was captured before; declare it wrong to correct it",
            "instance": "/api/epcis/events",
            "errors": [
                {
                    "pointer": "/eventID",
                    "rule": "repeated_event",
                    "message": "an event urn:x:1 was captured before; declare it wrong to correct it",
                }
            ],
        }
        assert new_rows(before) == {}

    def test_a_full_outbox_asks_to_come_back(self, partner: Partner, settings: Settings) -> None:
        partner.post("events", bare(EVENT))
        settings.OUTBOX_LIMIT = 1
        before = epcis.rows()

        refused = partner.post("events", bare({**EVENT, "eventID": "urn:x:2"}))
        waiting = partner.capture(document({**EVENT, "eventID": "urn:x:2"}))

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert waiting["running"]
        assert new_rows(before) == JOB_ROWS

    @pytest.mark.parametrize("media", ["application/json", "application/ld+json; charset=utf-8", "APPLICATION/JSON"])
    def test_json_is_taken_under_its_names(self, partner: Partner, media: str) -> None:
        assert partner.post("events", bare(EVENT), media=media).status_code == 201

    def test_a_byte_order_mark_is_passed_over(self, partner: Partner) -> None:
        assert partner.capture(b"\xef\xbb\xbf" + document(EVENT))["success"]

    def test_names_and_numbers_of_partners_are_kept_as_they_are(self, partner: Partner) -> None:
        own = b'"ln:\xe5\x93\x81\xe7\xa7\x8d":{"x":1.10,"y":123456789012345678901234567890,"z":1e-7,"recordTime":0},'
        data = bare(EVENT).replace(b'"type"', own + b'"type"', 1).replace(b"1000}", b"1e3}")
        data = data.replace(b'"uom"', b'"quantity":1000.00,"uom"').replace(b'"quantity": 1000, ', b"")

        assert partner.post("events", data).status_code == 201

        (event,) = partner.events()
        assert event["ln:品种"] == {
            "x": ("number", "1.10"),
            "y": ("number", "123456789012345678901234567890"),
            "z": ("number", "1e-7"),
            "recordTime": ("number", "0"),
        }
        assert event["quantityList"][0]["quantity"] == ("number", "1000.00")
        assert event["recordTime"] == EpcisEvent.objects.get().record_time.isoformat()


# What is no document at all: refused at once, before anything is kept.
NO_DOCUMENT: list[tuple[str, bytes, int, str, str]] = [
    ("empty", b"", 400, "", "not_json_at"),
    ("no json", b"<xml/>", 400, "", "not_json_at"),
    ("a list", b"[]", 400, "", "unknown_document_type"),
    ("another type", b'{"type": "Shopping"}', 400, "/type", "unknown_document_type"),
    ("not utf-8", document(EVENT).replace(b"urn:x:1", b"urn:\xff"), 400, "", "not_utf8"),
    ("utf-16", document(EVENT).decode().encode("utf-16"), 400, "", "not_utf8"),
    ("a name twice", with_text("OBSERVE", '"ADD", "action": "ADD"'), 400, f"{ITEM}/action", "repeated_name"),
    ("too deep", with_text("HERE", DEEP.decode()), 400, "", "too_deep"),
    ("far too deep", b"[" * 100_000, 400, "", "too_deep"),
    ("a number too large", with_text("HERE", "1E400"), 400, f"{ITEM}/ln:here", "number_out_of_range"),
    ("a number too long", with_text("HERE", "1" * 70), 400, f"{ITEM}/ln:here", "number_out_of_range"),
    ("no number", with_text("HERE", "NaN"), 400, f"{ITEM}/ln:here", "not_json_number"),
    ("half a character", with_text("HERE", r'"\ud800"'), 400, f"{ITEM}/ln:here", "lone_surrogate"),
    ("no event list", document(epcisBody={}), 400, "/epcisBody/eventList", "no_event_list"),
    ("no context", document(EVENT).replace(b'"@context"', b'"ln:context"'), 400, "/@context", "missing_member"),
    ("an unknown member around", document(EVENT, footer=1), 400, "/footer", "unprefixed_member"),
    ("too many events", document(*[{}] * 2001), 413, "/epcisBody/eventList", "too_many_items"),
    ("too many bytes", b" " * (8 * 1024 * 1024 + 1), 413, "", "too_many_bytes"),
    ("far too many bytes", b" " * (12 * 1024 * 1024 + 1), 413, "", "too_many_bytes"),
    ("a long context", document(EVENT, **{"@context": ["x" * 17_000]}), 413, "/@context", "too_many_bytes"),
]
TOMORROW = (timezone.now() + timedelta(days=1)).isoformat()
MANY = [f"https://id.gs1.org/01/06901234000023/21/{number:017}" for number in range(300)]
# What is wrong with an event: told by the job of a document, and at once of a bare event.
BAD_EVENTS: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("negative", {"quantityList": [amount(PADDY, -0.5)]}, 400, "/quantityList/0/quantity", "below_minimum"),
    ("too much", {"quantityList": [amount(PADDY, 1e16)]}, 400, "/quantityList/0/quantity", "above_maximum"),
    ("too fine", {"quantityList": [amount(PADDY, 1e-13)]}, 400, "/quantityList/0/quantity", "too_many_places"),
    ("from tomorrow", {"eventTime": TOMORROW}, 400, "/eventTime", "in_the_future"),
    ("on no day", {"eventTime": "2024-02-30T00:00:00Z"}, 400, "/eventTime", "not_a_moment"),
    ("without items", {"quantityList": []}, 400, "", "no_items_named"),
    ("an unknown step", {"bizStep": "transforming"}, 400, "/bizStep", "unknown_word"),
    ("a step with a NUL", {"bizStep": "ship\0ping"}, 400, "/bizStep", "unknown_word"),
    ("a name with a NUL", {"a\0b": 1}, 400, "/a�b", "unprefixed_member"),
    ("an id that is no URI", {"eventID": "1"}, 400, "/eventID", "not_a_uri"),
    ("an item that is no URI", {"epcList": ["粳米"]}, 400, "/epcList/0", "not_a_uri"),
    ("an item without a name", {"epcList": ["urn:"]}, 400, "/epcList/0", "not_a_uri"),
    ("a long item", {"epcList": ["urn:x:" + "y" * 400]}, 400, "/epcList/0", "text_too_long"),
    ("a text for a list", {"epcList": "urn:x:1"}, 400, "/epcList", "wrong_json_type"),
    ("an unknown member", {"weight": 5}, 400, "/weight", "unprefixed_member"),
    ("too many items", {"epcList": MANY}, 413, "", "too_large_to_record"),
    ("a long extension", {"ln:photo": "x" * 2**20}, 413, "", "too_many_bytes"),
]


def ids(cases: list[Any]) -> list[str]:
    return [case[0] for case in cases]


class TestBadInput:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("path", ["capture", "events"])
    @pytest.mark.parametrize("case", NO_DOCUMENT, ids=ids(NO_DOCUMENT))
    def test_what_is_no_document_is_refused_at_once(
        self, processor: Membership, case: tuple[str, bytes, int, str, str], path: str, language: str
    ) -> None:
        partner = Partner(processor, language=language)
        _name, data, status, pointer, rule = case
        before = epcis.rows()

        answer = partner.post(path, data)

        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        told = answer.json()
        if path == "capture" or told["errors"][0]["rule"] != "not_an_epcis_type":
            assert [(fault["pointer"], fault["rule"]) for fault in told["errors"]] == [(pointer, rule)]
        assert is_in(told["title"] + told["errors"][0]["message"], language)
        assert told["detail"] == f"{told['errors'][0]['pointer']} {told['errors'][0]['message']}".strip()
        assert new_rows(before) == {}

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("case", BAD_EVENTS, ids=ids(BAD_EVENTS))
    def test_a_bad_event_is_told_by_the_job_and_leaves_nothing(
        self, processor: Membership, case: tuple[str, dict[str, Any], int, str, str], language: str
    ) -> None:
        partner = Partner(processor, language=language)
        _name, members, status, pointer, rule = case
        before = epcis.rows()

        told = partner.capture(document({**EVENT, **members}))

        (fault,) = told["errors"]
        assert (fault["pointer"], fault["rule"], fault["status"]) == (f"{ITEM}{pointer}", rule, status)
        assert is_in(fault["title"] + fault["detail"].removeprefix(fault["pointer"]), language)
        assert new_rows(before) == JOB_ROWS

    @pytest.mark.parametrize("case", BAD_EVENTS, ids=ids(BAD_EVENTS))
    def test_a_bad_event_by_itself_is_refused_at_once(
        self, partner: Partner, case: tuple[str, dict[str, Any], int, str, str]
    ) -> None:
        _name, members, status, pointer, rule = case
        before = epcis.rows()

        answer = partner.post("events", bare({**EVENT, **members}))

        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"].replace("\0", "�"), fault["rule"]) == (pointer, rule)
        assert new_rows(before) == {}

    def test_the_language_may_be_chosen_in_the_address(self, partner: Partner) -> None:
        answer = partner.post("capture?lang=zh-hans", b"")

        assert answer.json()["title"] == "请求无法识别"

    @pytest.mark.parametrize("media", ["text/xml", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
    @pytest.mark.parametrize("path", ["capture", "events"])
    def test_other_media_are_not_taken(self, partner: Partner, path: str, media: str) -> None:
        before = epcis.rows()

        answer = partner.post(path, bare(EVENT), media=media)

        assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/problem+json")
        assert new_rows(before) == {}

    def test_a_behaviour_that_nobody_knows_is_refused_by_its_name(self, partner: Partner) -> None:
        before = epcis.rows()

        answer = partner.post("capture", document(EVENT), **{"GS1-Capture-Error-Behaviour": "hope"})

        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {
                "pointer": "/GS1-Capture-Error-Behaviour",
                "rule": "not_in_list",
                "message": "must be one of rollback, proceed",
            }
        ]
        assert new_rows(before) == {}

    def test_a_document_is_no_single_event(self, partner: Partner) -> None:
        answer = partner.post("events", document(EVENT))

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/type")

    def test_too_much_is_answered_with_the_limits(self, partner: Partner) -> None:
        answer = partner.post("capture", b" " * (8 * 1024 * 1024 + 1))

        assert answer.headers["GS1-EPCIS-Capture-Limit"] == "2000"
        assert answer.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "8388608"


def is_in(text: str, language: str) -> bool:
    """Whether words for people are Chinese, or not."""
    return any("一" <= letter <= "鿿" for letter in text.replace("粳米", "")) == (language != "en")


class TestDiscovery:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("capture", "POST, OPTIONS"),
            ("events", "GET, POST, HEAD, OPTIONS"),
            ("events/urn:x:1", "GET, HEAD, OPTIONS"),
        ],
    )
    def test_options_tell_versions_and_limits_without_a_body(self, partner: Partner, path: str, allowed: str) -> None:
        answer = partner.client.options(f"/api/epcis/{path}")

        assert (answer.status_code, answer.content, answer.headers["Allow"]) == (204, b"", allowed)
        told = {name: answer.headers[name] for name in answer.headers if name.startswith("GS1-")}
        behaviour = {"GS1-Capture-Error-Behaviour": "all"} if path == "capture" else {}
        assert told == behaviour | {
            "GS1-EPCIS-Version": "2.0.0",
            "GS1-EPCIS-Min": "2.0.0",
            "GS1-EPCIS-Max": "2.0.0",
            "GS1-CBV-Version": "2.0.0",
            "GS1-CBV-Min": "2.0.0",
            "GS1-CBV-Max": "2.0.0",
            "GS1-EPC-Format": "Never_Translates",
            "GS1-EPCIS-Capture-Limit": "2000",
            "GS1-EPCIS-Capture-File-Size-Limit": "8388608",
        }

    def test_head_answers_as_get_does_without_a_body(self, partner: Partner) -> None:
        partner.post("events", bare(milling(eventID="urn:x:1", **WHEN)))

        answer = partner.client.head("/api/epcis/events")

        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"

    @pytest.mark.parametrize(("method", "path"), [("put", "events"), ("delete", "events/urn:x:1"), ("get", "capture")])
    def test_what_cannot_be_done_here_says_what_can(self, partner: Partner, method: str, path: str) -> None:
        answer = getattr(partner.client, method)(f"/api/epcis/{path}")

        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
        assert "OPTIONS" in answer.headers["Allow"]

    @pytest.mark.parametrize(
        ("accept", "given"),
        [
            ("application/ld+json", "application/ld+json; charset=utf-8"),
            ("application/json", "application/json; charset=utf-8"),
            ("*/*", "application/json; charset=utf-8"),
            ("application/xml", "application/problem+json"),
        ],
    )
    def test_json_is_given_under_the_name_that_was_asked_for(self, partner: Partner, accept: str, given: str) -> None:
        answer = partner.client.get("/api/epcis/events", headers={"accept": accept})

        assert answer.headers["Content-Type"] == given
        assert answer.status_code == (406 if accept == "application/xml" else 200)


def test_the_context_of_a_document_is_kept_with_each_event(partner: Partner) -> None:
    own = {"ln": "https://ln.example.cn/"}
    partner.capture(document(EVENT, **{"@context": [CONTEXT, own]}))

    (event,) = partner.events()

    assert event["@context"] == [CONTEXT, own]
    assert json.loads(partner.get("events").content)["@context"] == [CONTEXT]
