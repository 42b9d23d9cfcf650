from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, send
from traceability.models import Feedback
from traceability.queries.feedback import words_of
from traceability.services.feedback import Message, give_feedback
from traceability.web.feedback.urls import urlpatterns

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def kept(farmer: Membership) -> Feedback:
    message = Message(id=uuid4(), kind="SAFETY", words="有异味", contact="13800000000")
    return give_feedback(lot=farm.make_lot(farmer), message=message, at=farm.NOW)


def addresses(kept: Feedback) -> dict[str, str]:
    return {
        "list": "/feedback/",
        "message": f"/feedback/{kept.pk}/",
        "erase": f"/feedback/{kept.pk}/erase/",
    }


def test_every_address_has_a_case(kept: Feedback) -> None:
    assert set(addresses(kept)) == {pattern.name for pattern in urlpatterns}


def test_the_maker_reads_and_answers(farmer: Membership, kept: Feedback) -> None:
    client = client_of(farmer)
    url = addresses(kept)["message"]

    assert "waits for an answer" in client.get("/feedback/").content.decode()
    page = client.get(url).content.decode()
    answer = send(client, url, answer="请寄回，我们退款。")

    assert "有异味" in page
    assert "13800000000" in page
    assert answer["Location"] == "/feedback/"
    kept.refresh_from_db()
    assert (kept.answer, kept.answered_by) == ("请寄回，我们退款。", farmer.user)
    assert "waits for an answer" not in client.get("/feedback/").content.decode()


def test_a_regulator_reads_what_is_grave_and_answers_nothing(regulator: Membership, kept: Feedback) -> None:
    client = client_of(regulator)
    url = addresses(kept)["message"]

    page = client.get(url)

    assert "有异味" in page.content.decode()
    assert page.context["form"] is None
    client.post(url, {"answer": "x"})
    kept.refresh_from_db()
    assert kept.answer == ""


def test_to_a_stranger_nothing_is_there(stranger: Membership, kept: Feedback) -> None:
    client = client_of(stranger)

    assert "有异味" not in client.get("/feedback/").content.decode()
    assert client.get(addresses(kept)["message"]).status_code == 404
    assert client.post(addresses(kept)["message"], {"answer": "x"}).status_code == 404
    assert client.post(addresses(kept)["erase"]).status_code == 404


def test_nobody_is_asked_to_log_in(kept: Feedback) -> None:
    client = client_of(None)

    assert {client.get(url).status_code for name, url in addresses(kept).items() if name != "erase"} == {302}
    assert client.post(addresses(kept)["erase"]).status_code == 302
    assert words_of(Feedback.objects.get()) == "有异味"


def test_a_viewer_reads_and_changes_nothing(viewer: Membership, kept: Feedback) -> None:
    client = client_of(viewer)

    assert client.get(addresses(kept)["message"]).context["form"] is None
    assert client.post(addresses(kept)["erase"]).status_code == 403


def test_an_owner_erases_what_is_grave_once_a_regulator_has_read_it(
    farmer: Membership, regulator: Membership, kept: Feedback
) -> None:
    Feedback.objects.update(sent_at=timezone.now())
    maker, url = client_of(farmer), addresses(kept)
    assert "Erase words and contact" not in maker.get(url["message"]).content.decode()
    refused = maker.post(url["erase"], follow=True)
    assert "The food authority reads this first" in refused.content.decode()
    assert words_of(Feedback.objects.get()) == "有异味"

    client_of(regulator).get(url["message"])
    assert "Erase words and contact" in maker.get(url["message"]).content.decode()
    maker.post(url["erase"])

    assert words_of(Feedback.objects.get()) == ""


def test_looking_erases_nothing(farmer: Membership, kept: Feedback) -> None:
    assert client_of(farmer).get(addresses(kept)["erase"]).status_code == 405
    assert words_of(Feedback.objects.get()) == "有异味"


@pytest.mark.parametrize("more", [0, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    farmer: Membership, kept: Feedback, django_assert_max_num_queries: object, more: int
) -> None:
    for _one in range(more):
        give_feedback(lot=kept.lot, message=Message(id=uuid4(), kind="PRAISE", words="好"), at=farm.NOW)
    client = client_of(farmer)

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get("/feedback/")
