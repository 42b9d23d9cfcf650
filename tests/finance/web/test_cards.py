from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership
from finance.models import Scorecard
from finance.services import monitoring, training
from tests.factories import lending, scored
from tests.factories.pages import client_of
from traceability.ledger.scores.levels import CALIBRATED, OVERLAID
from traceability.models import EntityHead
from traceability.queries import history
from traceability.web.forms.entries import EntryForm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
ALL = "/operator/cards/"


@pytest.fixture
def expert(operator: Membership) -> Scorecard:
    return scored.make_card(operator)


@pytest.fixture
def blend(operator: Membership, bank: Membership, farmer: Membership) -> Scorecard:
    lending.lend(600, operator=operator, bank=bank, farmer=farmer)
    card, about = training.train(on=lending.TODAY)
    entry = scored.entry(lending.NOW)
    return training.register_trained(card=card, about=about, entry=entry, membership=operator, at=lending.NOW)


def sent(**said: str) -> dict[str, str]:
    form = EntryForm()
    return {"record_id": str(form["record_id"].value()), "opened_at": str(form["opened_at"].value()), **said}


def urls(card: Scorecard) -> list[str]:
    return [ALL, f"{ALL}{card.pk}/", f"{ALL}{card.pk}/card.json"]


def test_the_operator_sees_cards_and_their_file(expert: Scorecard, operator: Membership) -> None:
    client = client_of(operator)

    answers = [client.get(url) for url in urls(expert)]

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert answers[2].content == bytes(expert.data)
    assert expert.pk.encode() in answers[1].content


def test_to_others_nothing_is_there(expert: Scorecard, farmer: Membership, bank: Membership) -> None:
    before = EntityHead.objects.count()
    for member in (farmer, bank):
        client = client_of(member)
        assert [client.get(url).status_code for url in urls(expert)] == [404, 404, 404]
        assert client.post(f"{ALL}{expert.pk}/decide/", sent(decision="approve")).status_code == 404
        assert client.post(f"{ALL}roll-back/", sent()).status_code == 404

    assert Client().get(ALL).status_code == 302
    assert EntityHead.objects.count() == before


def test_a_trained_card_is_approved_counts_and_is_taken_back(blend: Scorecard, operator: Membership) -> None:
    client = client_of(operator)
    url = f"{ALL}{blend.pk}/decide/"

    for decision, state in (("count", "registered"), ("approve", "approved"), ("beside", "challenger")):
        client.post(url, sent(decision=decision))
        blend.refresh_from_db()
        assert blend.state == state
    client.post(url, sent(decision="count"))
    blend.refresh_from_db()
    assert (blend.state, blend.approved_by) == ("champion", operator.user)
    client.post(f"{ALL}roll-back/", sent())

    states = dict(Scorecard.objects.values_list("kind", "state"))
    assert states == {"expert": "champion", "blend": "retired"}


def test_without_a_card_before_there_is_no_way_back(expert: Scorecard, operator: Membership) -> None:
    client_of(operator).post(f"{ALL}roll-back/", sent())

    expert.refresh_from_db()
    assert expert.state == "champion"


def test_the_page_draws_the_reports(blend: Scorecard, operator: Membership) -> None:
    expert = Scorecard.objects.get(kind="expert")
    monitoring.watch(expert, day=lending.TODAY, at=lending.NOW)

    page = client_of(operator).get(f"{ALL}{expert.pk}/").content.decode()

    assert page.count('<polyline class="line"') == 2
    assert "Dawa District, Panjin, Liaoning" in page


def test_an_unknown_card_is_not_there(expert: Scorecard, operator: Membership) -> None:
    assert client_of(operator).get(f"{ALL}{'0' * 64}/").status_code == 404


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel(lending.NOW, tick=False):
        yield


@pytest.mark.usefixtures("now")
def test_the_operator_corrects_the_level_and_the_page_says_so(expert: Scorecard, operator: Membership) -> None:
    client, url = client_of(operator), f"{ALL}{expert.pk}/"
    said = {"points": "-40", "since": "2026-11-01", "until": "2027-03-31", "owner": "信贷办公室", "reason": "秋涝减产"}

    wrong = client.post(f"{url}correct/", sent(**{**said, "until": "2026-10-31"}))
    right = client.post(f"{url}correct/", sent(**said))

    assert "and within 366 days" in wrong.content.decode()
    assert right.status_code == 302
    assert [event.leaf.body["points"] for event in history.of(expert.entity) if event.leaf.type == OVERLAID] == [-40]
    assert "秋涝减产 · 信贷办公室" in client.get(url).content.decode()


@pytest.mark.usefixtures("now")
def test_chances_are_set_by_outcomes_or_the_page_says_why_not(
    operator: Membership, bank: Membership, farmer: Membership
) -> None:
    row = scored.make_card(operator)
    client, url = client_of(operator), f"{ALL}{row.pk}/"

    refused = client.post(f"{url}calibrate/", sent(), follow=True)
    lending.lend(300, operator=operator, bank=bank, farmer=farmer)
    done = client.post(f"{url}calibrate/", sent(), follow=True)

    calibrated = "Chance of default behind a score, as outcomes have shown it"
    assert [calibrated in one.content.decode() for one in (refused, done)] == [False, True]
    assert [event.leaf.type for event in history.of(row.entity)].count(CALIBRATED) == 1


def test_others_correct_nothing(expert: Scorecard, farmer: Membership, bank: Membership) -> None:
    for member in (farmer, bank):
        client = client_of(member)
        answers = [client.get(f"{ALL}{expert.pk}/correct/"), client.post(f"{ALL}{expert.pk}/correct/", sent())]
        answers.append(client.post(f"{ALL}{expert.pk}/calibrate/", sent()))
        assert [one.status_code for one in answers] == [404, 404, 404]

    assert len(history.of(expert.entity)) == 3
