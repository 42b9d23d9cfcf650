import gzip
import json
import re
from pathlib import Path
from uuid import uuid4

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Provenance
from accounts.soft_cache import SoftCache
from tests.factories import farm, stories
from tests.factories.log import publish
from traceability import log_key
from traceability.ledger import verify_tlog_proof
from traceability.ledger.report import verify_bundle
from traceability.models import Lot
from traceability.queries import closures
from traceability.queries.bundles import bundle_of
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.web.trace import page as trace_page
from traceability.web.trace import views
from traceability.web.trace.addresses import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

LIMIT = 15 * 1024
ADDRESS = f"/01/{stories.GTIN}/10/{stories.CODE}"


@pytest.fixture
def told() -> stories.Story:
    story = stories.rice()
    publish()
    return story


def text_of(client: Client, address: str, language: str = "zh-hans") -> str:
    """What a reader sees: no tags, no spaces between them."""
    page = client.get(f"{address}?lang={language}").content.decode()
    body = page[page.index("<main>") : page.index("data-words")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_a_stranger_reads_the_page_without_a_cookie(client: Client, told: stories.Story) -> None:
    response = client.get(ADDRESS)

    assert response.status_code == 200
    assert "盐丰47 粳米 5 kg" in response.content.decode()
    assert response.cookies == {}


def test_choosing_a_language_sets_no_cookie_either(client: Client, told: stories.Story) -> None:
    response = client.get(f"{ADDRESS}?lang=en")

    assert response["Content-Language"] == "en"
    assert response.cookies == {}


def test_shared_caches_may_keep_the_page_for_a_minute(client: Client, told: stories.Story) -> None:
    response = client.get(ADDRESS)

    assert response["Cache-Control"] == "public, max-age=60, stale-while-revalidate=60"
    assert {"Accept", "Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_a_page_that_is_known_is_not_sent_again(client: Client, told: stories.Story) -> None:
    known = client.get(ADDRESS)["ETag"]

    again = client.get(ADDRESS, headers={"If-None-Match": known})

    assert again.status_code == 304
    assert again.content == b""


def test_a_new_record_changes_the_page(client: Client, told: stories.Story) -> None:
    known = client.get(ADDRESS)["ETag"]
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")

    assert client.get(ADDRESS, headers={"If-None-Match": known}).status_code == 200


def test_programs_get_the_bundle_at_the_same_address(client: Client, told: stories.Story) -> None:
    response = client.get(ADDRESS, headers={"Accept": "application/json"})

    assert response["Content-Type"] == "application/json"
    assert response.content == bundle_of(told.bag)
    assert verify_bundle(response.content, vkeys=[log_key.vkey()]).subject == told.bag.entity


def test_the_bundle_has_an_address_of_its_own(client: Client, told: stories.Story) -> None:
    response = client.get(f"/trace/{told.bag.pk}/bundle")

    assert response.content == bundle_of(told.bag)
    assert f'filename="{told.bag.pk}.trace.json"' in response["Content-Disposition"]


def test_a_bundle_is_built_once_for_each_checkpoint(
    client: Client, told: stories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []

    def build(lot: Lot) -> bytes:
        built.append(lot)
        return bundle_of(lot)

    monkeypatch.setattr(views, "bundle_of", build)
    address = f"/trace/{told.bag.pk}/bundle"

    first, again = client.get(address).content, client.get(address).content
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")
    publish()
    later = client.get(address).content

    assert len(built) == 2
    assert first == again
    assert later == bundle_of(told.bag) != first


def test_a_bundle_is_built_where_the_cache_is_down(
    client: Client, told: stories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(cache, "get", refuse)
    monkeypatch.setattr(views, "soft_cache", SoftCache())

    assert client.get(f"/trace/{told.bag.pk}/bundle").content == bundle_of(told.bag)


def test_a_refusal_is_not_kept(client: Client, told: stories.Story, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/trace/{told.bag.pk}/bundle"
    with monkeypatch.context() as patch:
        patch.setattr(closures, "MAX_RECORDS", 3)
        refused = client.get(address, headers={"Accept": "application/json", "Accept-Language": "en"})

    assert refused.status_code == 422
    assert refused.json()["detail"] == f"{told.bag.entity} rests on more than 3 records, too many to show at once"
    assert client.get(address).status_code == 200


def test_the_proof_of_one_record_is_a_file(client: Client, told: stories.Story) -> None:
    record = json.loads(bundle_of(told.bag))["heads"][0]["index"]
    page = client.get(ADDRESS).content.decode()
    address = re.search(r"/trace/proofs/[0-9a-f-]{36}\.tlog-proof", page)
    assert address

    proof = client.get(address[0]).content.decode()

    assert verify_tlog_proof(proof, vkeys=[log_key.vkey()]) >= 0
    assert record >= 0


def test_the_proof_of_an_unknown_record_is_refused(client: Client, told: stories.Story) -> None:
    assert client.get(f"/trace/proofs/{uuid4()}.tlog-proof").status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ("/01/06901234567892/10/NOPE", 404, "We do not know this lot"),
        ("/01/06901234567893/10/PJ261005A01", 400, "This code cannot be right"),
        ("/01/0690123456789/10/PJ261005A01", 400, "This code cannot be right"),
        ("/01/0690123456789X/10/PJ261005A01", 400, "This code cannot be right"),
        ("/01/06901234567892/10/PJ%20261005", 400, "This code cannot be right"),
        ("/01/06901234567892/10/盘锦", 400, "This code cannot be right"),
        (f"/01/06901234567892/10/{'A' * 21}", 400, "This code cannot be right"),
        ("/trace/3f1c7f0e-58d1-4b4e-9d4e-0f8f7e3a2b10", 404, "We do not know this lot"),
    ],
)
def test_a_code_that_leads_nowhere_gets_a_page_that_helps(
    client: Client, told: stories.Story, given: str, status: int, says: str
) -> None:
    response = client.get(given, headers={"Accept-Language": "en"})

    assert response.status_code == status
    assert says in response.content.decode()


@pytest.mark.parametrize("short", ["6901234567892", "6901234567892?lang=en"])
def test_a_gtin_of_13_digits_leads_to_its_14(client: Client, told: stories.Story, short: str) -> None:
    gtin, _question, query = short.partition("?")

    response = client.get(f"/01/{gtin}/10/{stories.CODE}{'?' if query else ''}{query}")

    assert response.status_code == 301
    assert response["Location"] == f"{ADDRESS}{'?lang=en' if query else ''}"


def test_a_lot_without_a_gtin_is_shown_by_its_id(client: Client, told: stories.Story) -> None:
    response = client.get(address_of(told.harvest))

    assert address_of(told.harvest) == f"/trace/{told.harvest.pk}"
    assert response.status_code == 200
    assert told.harvest.code in response.content.decode()


def test_a_lot_with_a_gtin_has_one_address(client: Client, told: stories.Story) -> None:
    response = client.get(f"/trace/{told.bag.pk}")

    assert (response.status_code, response["Location"]) == (301, ADDRESS)


def test_a_lot_number_may_hold_what_paths_escape(client: Client, told: stories.Story) -> None:
    packed = stories.pack_rice(told.bag, by=told.mill, code="A/B+C%D")

    response = client.get(address_of(packed))

    assert address_of(packed) == f"/01/{stories.GTIN}/10/A%2FB%2BC%25D"
    assert response.status_code == 200


def test_the_answer_stands_before_the_facts_and_the_steps(client: Client, told: stories.Story) -> None:
    page = client.get(ADDRESS).content.decode()

    places = [page.index(one) for one in ("<h1>", 'class="answer"', 'class="facts"', 'class="tests"', 'class="steps"')]

    assert places == sorted(places)


def test_facts_and_steps_read_in_chinese(client: Client, told: stories.Story) -> None:
    text = text_of(client, ADDRESS)

    for said in (
        "15 条记录，写在改了必被发现的账本里",
        "PJ261005A01 盘锦市大洼区",
        "盘锦市大洼区",
        "2026年10月9日生产",
        "插秧 5月21日",
        "地块 DW-0417 38.31 亩",
        "品种 盐丰47",
        "失水 500 公斤（烘干的水分，不算损耗）",
        "打药 三环唑 20 g/亩",
        "安全间隔期 21 天，8月6日起可采",
        "碾米 → 14.9 吨",
        "副产 稻壳、米糠",
        "检测机构：辽宁检测中心",
    ):
        assert said in text


def test_facts_and_steps_read_in_english(client: Client, told: stories.Story) -> None:
    text = text_of(client, ADDRESS, "en")

    for said in ("Dawa District, Panjin", "Transplanted May 21", "Milling → 14.9 t", "harvest from Aug 6"):
        assert said in text


def test_results_stand_beside_limit_standard_and_verdict(client: Client, told: stories.Story) -> None:
    text = text_of(client, ADDRESS)

    assert "镉 0.06 / 0.2 mg/kg GB 2762-2025 T2 合格" in text
    assert "铅 &lt; 0.02 / 0.2 mg/kg GB 2762-2025 T1 合格 低于检出限" in text


def test_a_result_above_its_limit_is_marked(client: Client) -> None:
    story = stories.rice(cadmium="0.31")
    publish()

    page = client.get(address_of(story.bag)).content.decode()

    text = text_of(client, address_of(story.bag))
    assert '<li class="bad">' in page
    assert "不合格" in text
    # Before anything is said of proofs: intact records of bad rice are no comfort.
    assert text.index("检测值超过限量 镉 0.31 / 0.2 mg/kg") < text.index("条记录")


def test_a_result_within_its_limit_raises_no_alarm(client: Client, told: stories.Story) -> None:
    assert 'class="failed"' not in client.get(ADDRESS).content.decode()


def test_nothing_personal_is_on_the_page(client: Client, told: stories.Story) -> None:
    page = client.get(ADDRESS).content.decode()

    for private in ("东大方", "王秀兰", "张三", told.farmer.user.phone, "122.07", "41.15"):
        assert private not in page


@pytest.mark.parametrize(
    ("provenance", "label"),
    [(Provenance.GENERATED, "Generated data"), (Provenance.EXAMPLE, "Published example data")],
)
def test_data_that_is_not_from_real_operation_says_so(client: Client, provenance: Provenance, label: str) -> None:
    story = stories.rice(provenance=provenance)

    assert label in text_of(client, address_of(story.bag), "en")


def test_data_from_real_operation_has_no_label(client: Client, told: stories.Story) -> None:
    assert re.findall(r'class="label">([^<]*)', client.get(f"{ADDRESS}?lang=en").content.decode()) == [
        "GTIN not confirmed"
    ]


def test_a_correction_shows_what_it_replaces(client: Client, told: stories.Story) -> None:
    record = farm.log(told.season, "fertilised", by=told.farmer, days=40, product="复合肥", kg="40.000")
    correction = Correction(record_id=record, reason="typing_error", changes={"kg": "44.000"})
    correct(correction=correction, entry=farm.entry(farm.AUTUMN), membership=told.farmer, at=farm.NOW)

    text = text_of(client, ADDRESS, "en")

    assert "Fertilising: 复合肥" in text
    assert "44 kg" in text
    assert "Corrected on Sep 28, 2026: quantity, kg 40 → 44" in text


def test_a_record_that_was_withdrawn_stays_and_says_so(client: Client, told: stories.Story) -> None:
    record = farm.log(told.season, "fertilised", by=told.farmer, days=40, product="复合肥", kg="40.000")
    correction = Correction(record_id=record, reason="did_not_occur", withdrawn=True)
    correct(correction=correction, entry=farm.entry(farm.AUTUMN), membership=told.farmer, at=farm.NOW)

    assert "Withdrawn on Sep 28, 2026" in text_of(client, ADDRESS, "en")
    assert '<li class="gone">' in client.get(ADDRESS).content.decode()


def test_a_lot_leads_to_what_it_was_made_of(client: Client, told: stories.Story) -> None:
    assert f'href="{address_of(told.harvest)}"' in client.get(ADDRESS).content.decode()


def test_a_chosen_language_is_kept_by_links_and_not_by_a_cookie(client: Client, told: stories.Story) -> None:
    assert f'href="{address_of(told.harvest)}?lang=en"' in client.get(f"{ADDRESS}?lang=en").content.decode()


def test_a_bundle_of_what_waits_is_not_there_yet(client: Client) -> None:
    story = stories.rice()

    response = client.get(address_of(story.bag), headers={"Accept": "application/json"})

    assert response.status_code == 404
    assert response.json() == {"error": "in no signed checkpoint yet"}


def test_no_script_and_no_style_stands_in_the_page(client: Client, told: stories.Story) -> None:
    page = client.get(ADDRESS).content.decode()

    assert re.findall(r"<script[^>]*>([^<]+)", page) == []
    assert "<style" not in page
    assert " style=" not in page
    assert " on" not in re.sub(r">[^<]*<", "><", page).replace("content=", "")


def test_the_page_weighs_at_most_15_kb_before_the_first_read(client: Client, told: stories.Story) -> None:
    page = client.get(ADDRESS).content
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page.decode())

    weights = [len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 6)) for name in sheets]

    assert len(sheets) == 2
    assert len(gzip.compress(page, 6)) + sum(weights) <= LIMIT


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_page_weighs_that_on_the_wire_without_a_front(client: Client, told: stories.Story, encoding: str) -> None:
    whole = client.get(ADDRESS)

    sent = client.get(ADDRESS, headers={"Accept-Encoding": encoding})

    unpack = brotli.decompress if encoding == "br" else gzip.decompress
    assert unpack(sent.content) == whole.content
    assert sent["Content-Encoding"] == encoding
    assert len(sent.content) < min(LIMIT / 2, len(whole.content) / 2)
    again = client.get(ADDRESS, headers={"Accept-Encoding": encoding, "If-None-Match": sent["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_takes_the_same_queries_whatever_its_length(
    client: Client, told: stories.Story, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    for number in range(more):
        farm.log(told.season, "tended", by=told.farmer, days=100 + number, operation="weeding")

    with django_assert_num_queries(10):
        client.get(ADDRESS)


def test_writing_to_the_page_is_refused(client: Client, told: stories.Story) -> None:
    assert client.post(ADDRESS).status_code == 405


def test_a_very_long_story_shows_both_ends_and_says_so(
    client: Client, told: stories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_page, "_MOST_STEPS", 6)
    monkeypatch.setattr(trace_page, "_FIRST_STEPS", 2)

    text = text_of(client, ADDRESS, "en")

    assert "Season opened: 盐丰47" in text
    assert "Irrigation" not in text
    assert "Milling → 14.9 t" in text
    assert "6 steps in between are left out here; the proof has them." in text
