"""Captured events, asked for as EPCIS 2.0 has it."""

import json
import re
from collections.abc import Iterable
from itertools import chain as joined
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from tests.factories import epcis
from tests.factories.epcis import WHEN, Partner
from tests.traceability.epcis.samples import BAG, PADDY, PALLET, RICE, amount, document, milling, observation, packing
from traceability.epcis.documents import read
from traceability.epcis.validation import check_document, check_event
from traceability.models import EpcisEvent
from traceability.queries import epcis_events

pytestmark = pytest.mark.django_db

STEP = "https://ref.gs1.org/cbv/BizStep-receiving"
OWN_STEP = "https://mill.example.cn/steps/polishing"
DAYS = [f"2024-09-{day:02}T08:00:00+08:00" for day in range(1, 31)]


def seen(number: int, **members: Any) -> dict[str, Any]:
    said = {"eventID": f"urn:x:{number}", "eventTime": DAYS[number % 30], **members}
    return observation(**said)


@pytest.fixture
def chain(partner: Partner) -> Partner:
    """A partner who told of a harvest, a milling and a packing."""
    events = [
        observation(eventID="urn:x:harvest", action="ADD", bizStep="commissioning", disposition="active", **WHEN),
        milling(eventID="urn:x:milling", bizStep=OWN_STEP, **{**WHEN, "eventTime": "2024-10-01T00:00:00Z"}),
        packing(eventID="urn:x:packing", bizStep="packing", **{**WHEN, "eventTime": "2024-10-05T00:00:00Z"}),
        observation(eventID="urn:x:seen", bizStep=STEP, quantityList=[amount("urn:x:sack", 1)], **WHEN),
    ]
    assert partner.capture(document(*events))["success"]
    return partner


def names(events: Iterable[Any]) -> list[str]:
    return [event["eventID"].rpartition(":")[2] for event in events]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["harvest", "milling", "packing", "seen"]),
            ({"eventType": "TransformationEvent"}, ["milling"]),
            ({"eventType": "TransformationEvent|AggregationEvent"}, ["milling", "packing"]),
            ({"eventType": "https://own.example.cn/Event"}, []),
            ({"EQ_action": "ADD"}, ["harvest", "packing"]),
            ({"EQ_bizStep": "receiving"}, ["seen"]),
            ({"EQ_bizStep": STEP}, ["seen"]),
            ({"EQ_bizStep": "cbv:BizStep-receiving|packing"}, ["packing", "seen"]),
            ({"EQ_bizStep": OWN_STEP}, ["milling"]),
            ({"EQ_disposition": "https://ref.gs1.org/cbv/Disp-active"}, ["harvest"]),
            ({"EQ_eventID": "urn:x:seen|urn:x:harvest|urn:x:none"}, ["harvest", "seen"]),
            ({"GE_eventTime": "2024-10-01T08:00:00+08:00"}, ["milling", "packing"]),
            ({"LT_eventTime": "2024-10-01T00:00:00Z"}, ["harvest", "seen"]),
            ({"GE_eventTime": "2024-10-01T00:00:00Z", "LT_eventTime": "2024-10-05T00:00:00Z"}, ["milling"]),
            ({"GE_recordTime": "2020-01-01T00:00:00Z", "EQ_action": "ADD"}, ["harvest", "packing"]),
            ({"LT_recordTime": "2020-01-01T00:00:00Z"}, []),
            ({"MATCH_anyEPC": PADDY}, ["harvest", "milling"]),
            ({"MATCH_anyEPC": "urn:epc:class:lgtin:6901234.000001.PJ240928A01"}, ["harvest", "milling"]),
            ({"MATCH_anyEPC": "https://mill.example.cn/01/6901234000016/10/PJ240928A01"}, ["harvest", "milling"]),
            ({"MATCH_anyEPCClass": f"{PADDY}|urn:x:sack"}, ["harvest", "milling", "seen"]),
            ({"MATCH_inputEPCClass": PADDY}, ["milling"]),
            ({"MATCH_outputEPCClass": RICE}, ["milling"]),
            ({"MATCH_epcClass": RICE}, ["packing"]),
            ({"MATCH_epc": BAG}, ["packing"]),
            ({"MATCH_parentID": "urn:epc:id:sscc:6901234.1000000012"}, ["packing"]),
            ({"MATCH_parentID": BAG}, []),
            ({"MATCH_anyEPC": PALLET, "EQ_bizStep": "receiving"}, []),
            ({"lang": "en", "EQ_bizStep": "receiving"}, ["seen"]),
        ],
    )
    def test_events_are_found(self, chain: Partner, query: dict[str, str], found: list[str]) -> None:
        assert names(chain.events(**query)) == found

    @pytest.mark.parametrize(
        ("query", "name", "rule"),
        [
            ("EQ_colour=red", "EQ_colour", "unknown_parameter"),
            ("%00=1", "\0", "unknown_parameter"),
            ("EQ_bizStep=", "EQ_bizStep", "empty_text"),
            ("EQ_bizStep=packing%7C", "EQ_bizStep", "empty_text"),
            ("EQ_bizStep=a%00b", "EQ_bizStep", "text_not_printable"),
            ("MATCH_anyEPC=urn:x:%00", "MATCH_anyEPC", "text_not_printable"),
            ("EQ_bizStep=packing&EQ_bizStep=holding", "EQ_bizStep", "repeated_parameter"),
            ("EQ_action=FIND", "EQ_action", "not_in_list"),
            ("GE_eventTime=yesterday", "GE_eventTime", "not_a_moment"),
            ("GE_eventTime=2024-10-01T00:00:00", "GE_eventTime", "not_a_moment"),
            ("GE_eventTime=0001-01-01T00:00:00%2B08:00", "GE_eventTime", "not_a_moment"),
            ("GE_eventTime=2024-10-01T00:00:00Z%7C2024-10-02T00:00:00Z", "GE_eventTime", "not_a_moment"),
            ("perPage=0", "perPage", "below_minimum"),
            ("perPage=-1", "perPage", "not_an_integer"),
            ("perPage=%D9%A3", "perPage", "not_an_integer"),
            ("perPage=99999999999", "perPage", "not_an_integer"),
            ("nextPageToken=forged", "nextPageToken", "unknown_token"),
            ("nextPageToken=%00", "nextPageToken", "unknown_token"),
        ],
    )
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_parameter_that_cannot_be_read_is_named(
        self, processor: Membership, query: str, name: str, rule: str, language: str
    ) -> None:
        partner = Partner(processor, language=language)

        answer = partner.client.get(f"/api/epcis/events?{query}")

        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["rule"]) == (f"/{name}", rule)
        assert (re.search("[一-鿿]", fault["message"]) is None) == (language == "en")

    def test_a_token_of_another_make_is_told_apart(self, chain: Partner) -> None:
        forged = signing.dumps(["2024-01-01T00:00:00+00:00", "0" * 32], salt="another")

        answer = chain.get("events", nextPageToken=forged)

        assert answer.json()["errors"] == [
            {"pointer": "/nextPageToken", "rule": "unknown_token", "message": "is no token of a page"}
        ]


def pages(partner: Partner, **query: str) -> list[list[Any]]:
    """Follow the links from page to page."""
    found, path = [], "/api/epcis/events"
    while path:
        answer = partner.client.get(path, query)
        assert answer.status_code == 200, answer.content
        found.append(json.loads(answer.content)["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
        link = re.fullmatch(r'<(.*)>; rel="next"', answer.headers.get("Link", ""))
        path, query = (link[1] if link else ""), {}
    return found


class TestPages:
    @pytest.mark.parametrize(("size", "lengths"), [("1", [1] * 7), ("3", [3, 3, 1]), ("7", [7]), ("100", [7])])
    def test_pages_together_hold_every_event_once(self, partner: Partner, size: str, lengths: list[int]) -> None:
        partner.capture(document(*map(seen, range(7))))

        found = pages(partner, perPage=size)

        assert [len(page) for page in found] == lengths
        assert names(joined.from_iterable(found)) == [str(number) for number in range(7)]

    def test_the_link_keeps_what_was_asked_for(self, partner: Partner) -> None:
        partner.capture(document(*map(seen, range(5))))

        answer = partner.get("events", perPage="2", GE_eventTime=DAYS[1], lang="en")

        link = urlsplit(answer.headers["Link"].removeprefix("<").partition(">")[0])
        asked = parse_qs(link.query)
        assert (link.scheme, link.path) == ("http", "/api/epcis/events")
        assert {**asked, "nextPageToken": ["…"]} == {
            "perPage": ["2"],
            "GE_eventTime": [DAYS[1]],
            "nextPageToken": ["…"],
        }
        assert names(joined.from_iterable(pages(partner, perPage="2", GE_eventTime=DAYS[1]))) == ["1", "2", "3", "4"]

    def test_what_is_captured_meanwhile_comes_after_what_was_there(self, partner: Partner) -> None:
        partner.capture(document(*map(seen, range(4))))
        first = partner.get("events", perPage="3")
        token = parse_qs(urlsplit(first.headers["Link"].partition(">")[0]).query)["nextPageToken"][0]

        partner.capture(document(seen(4, eventTime="2020-01-01T00:00:00Z")))

        assert names(partner.events(perPage="3", nextPageToken=token)) == ["3", "4"]

    def test_a_page_has_thirty_events_and_a_hundred_at_most(self, partner: Partner) -> None:
        partner.capture(document(*map(seen, range(50))))
        partner.capture(document(*map(seen, range(50, 100))))
        partner.capture(document(*map(seen, range(100, 110))))

        assert len(partner.events()) == 30
        assert len(partner.events(perPage="500")) == 100

    def test_a_page_of_long_events_is_shorter(self, partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
        partner.capture(document(*(seen(number, **{"ln:note": "x" * 2000}) for number in range(5))))
        monkeypatch.setattr(epcis_events, "_PAGE_BYTES", 5000)

        assert [len(page) for page in pages(partner)] == [2, 2, 1]

    @pytest.mark.parametrize("number", [1, 3])
    def test_a_list_takes_as_many_statements_however_long_it_is(
        self, partner: Partner, number: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        partner.capture(document(*map(seen, range(number))))

        # The key with its party, and the events.
        with django_assert_num_queries(2):
            assert len(partner.events()) == number


class TestOneEvent:
    @pytest.mark.parametrize(
        "name", ["urn:uuid:6a2c", "https://mill.example.cn/events/1?a=b", "ni:///sha-256;x?ver=CBV2.0"]
    )
    def test_an_event_is_found_by_its_id_whatever_that_holds(self, partner: Partner, name: str) -> None:
        location = partner.post("events", epcis.bare(seen(1, eventID=name))).headers["Location"]

        assert [event["eventID"] for event in partner.events(location.removeprefix("/api/epcis/"))] == [name]
        spelled_out = name.replace("?", "%3F")
        assert [event["eventID"] for event in partner.events(f"events/{spelled_out}")] == [name]

    def test_an_event_and_its_declaration_of_error_come_together(self, partner: Partner) -> None:
        wrong = {"errorDeclaration": {"declarationTime": DAYS[29], "reason": "did_not_occur"}}
        partner.capture(document(seen(1), seen(2), seen(1, **wrong)))

        found = partner.events("events/urn:x:1")

        assert [event.get("errorDeclaration") for event in found] == [None, wrong["errorDeclaration"]]

    @pytest.mark.parametrize("name", ["urn:x:none", "%00", "%F0%9F%8C%BE", "x" * 3000])
    def test_an_event_that_is_not_there_is_not_found(self, partner: Partner, name: str) -> None:
        answer = partner.get(f"events/{name}")

        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")

    def test_an_event_without_an_id_is_found_by_the_one_that_it_got(self, partner: Partner) -> None:
        value = seen(1)
        del value["eventID"]
        event_id = partner.post("events", epcis.bare(value)).json()["eventID"]

        (event,) = partner.events(EQ_eventID=event_id)

        assert (event["eventID"], EpcisEvent.objects.get().hash_id) == (event_id, event_id)


class TestDocument:
    def test_what_is_given_is_a_document_of_epcis(self, chain: Partner) -> None:
        answer = chain.get("events")

        given = read(answer.content)
        assert given.type == "EPCISQueryDocument"
        check_document(given)
        for event in given.events:
            check_event(event)

    def test_what_was_given_can_be_captured_elsewhere(self, chain: Partner, stranger: Membership) -> None:
        data = chain.get("events").content.replace(b"0690123400", b"0690123499").replace(b"urn:x:", b"urn:y:")

        job = Partner(stranger).capture(data.replace(PALLET.encode(), PALLET.replace("9012", "9013").encode()))

        assert (job["errors"], job["captured"]) == ([], 4)

    def test_the_time_of_another_repository_stays_its_own_word(self, partner: Partner) -> None:
        partner.capture(document(seen(1, recordTime="2024-09-30T00:00:00Z"), seen(2, **{"ln:x": {"recordTime": "no"}})))

        first, second = partner.events()

        assert first["recordTime"] == "2024-09-30T00:00:00Z"
        assert second["recordTime"] == EpcisEvent.objects.get(event_id="urn:x:2").record_time.isoformat()
        assert second["ln:x"] == {"recordTime": "no"}
