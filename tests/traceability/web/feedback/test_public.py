from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, send
from traceability.models import Feedback, Lot
from traceability.queries.feedback import contact_of, words_of

pytestmark = [pytest.mark.django_db]

ENGLISH = {"Accept-Language": "en"}
WORDS = "The bag holds 4.6 kg"


@pytest.fixture
def lot(farmer: Membership) -> Lot:
    return farm.make_lot(farmer)


@pytest.fixture(autouse=True)
def nobody_wrote_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def consumer() -> Client:
    return Client(headers=ENGLISH, enforce_csrf_checks=False)


def address(lot: Lot) -> str:
    return f"/trace/{lot.pk}/feedback"


def test_a_consumer_writes_without_a_log_in_and_keeps_an_address(consumer: Client, lot: Lot) -> None:
    answer = send(consumer, address(lot), kind="QUALITY", words=WORDS)

    kept = Feedback.objects.get()
    assert (kept.lot, kept.kind, words_of(kept), contact_of(kept)) == (lot, "QUALITY", WORDS, "")
    assert sha256(answer["Location"].rpartition("/")[2].encode()).hexdigest() == kept.secret_sha256
    page = consumer.get(answer["Location"])
    assert WORDS in page.content.decode()
    assert "No answer yet" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_desk_does_not_know_the_writers_address(consumer: Client, lot: Lot, farmer: Membership) -> None:
    url = send(consumer, address(lot), kind="SAFETY", words=WORDS)["Location"]
    kept = Feedback.objects.get()
    maker = client_of(farmer)

    pages = [maker.get(path).content.decode() for path in ("/feedback/", f"/feedback/{kept.pk}/")]
    found = [maker.post(f"/trace/feedback/{name}").status_code for name in (kept.pk, kept.secret_sha256)]
    # Whoever sends the form again under the same id is given an address of no message.
    again = send(consumer, address(lot), kind="SAFETY", words="x", message_id=str(kept.pk))

    assert url.rpartition("/")[2] not in "".join(pages)
    assert found == [404, 404]
    assert consumer.get(again["Location"]).status_code == 404
    kept.refresh_from_db()
    assert words_of(kept) == WORDS


def test_pressed_twice_it_leads_to_the_same_address(consumer: Client, lot: Lot) -> None:
    typed = {"message_id": str(uuid4()), "secret": "s" * 43, "kind": "QUALITY", "words": WORDS}

    answers = [consumer.post(address(lot), typed)["Location"] for _press in range(2)]

    assert answers == [f"/trace/feedback/{'s' * 43}"] * 2
    assert Feedback.objects.count() == 1


def test_another_site_cannot_write_in_a_readers_name(lot: Lot) -> None:
    stranger = Client(headers=ENGLISH, enforce_csrf_checks=True)

    answer = stranger.post(
        address(lot), {"message_id": str(uuid4()), "secret": "s" * 43, "kind": "QUALITY", "words": WORDS}
    )

    assert answer.status_code == 403
    assert Feedback.objects.count() == 0


def test_what_is_missing_is_named(consumer: Client, lot: Lot) -> None:
    page = send(consumer, address(lot), words="")

    assert set(errors_of(page)) == {"kind", "words"}
    assert Feedback.objects.count() == 0


def test_one_address_writes_six_times_an_hour(consumer: Client, lot: Lot) -> None:
    answers = [send(consumer, address(lot), kind="PRAISE", words=WORDS).status_code for _time in range(7)]

    assert answers == [302] * 6 + [429]
    assert Feedback.objects.count() == 6


def test_the_answer_stands_at_the_writers_address(consumer: Client, lot: Lot, farmer: Membership) -> None:
    url = send(consumer, address(lot), kind="QUALITY", words=WORDS)["Location"]
    Feedback.objects.update(answer="We send another bag.", answered_at=farm.NOW, answered_by=farmer.user)

    assert "We send another bag." in consumer.get(url).content.decode()


def test_who_wrote_deletes_it(consumer: Client, lot: Lot) -> None:
    url = send(consumer, address(lot), kind="QUALITY", words=WORDS, contact="a@example.org")["Location"]

    consumer.post(url)

    assert "What was written is deleted." in consumer.get(url).content.decode()
    assert contact_of(Feedback.objects.get()) == ""


@pytest.mark.parametrize("path", ["/trace/{}/feedback", "/trace/feedback/{}"])
def test_what_is_not_there_is_not_found(consumer: Client, db: None, path: str) -> None:
    assert consumer.get(path.format(uuid4())).status_code == 404
