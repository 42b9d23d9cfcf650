from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.models import Membership
from tests.factories import farm
from tests.traceability.services.test_growth import jpeg
from traceability.models import Season
from traceability.queries import history
from traceability.queries.photos import PublicPhoto, find_public_photo, public_photos
from traceability.services import chain
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Saying, record_of
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.growth import Operation, log_growth

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def season(farmer: Membership) -> Season:
    return farm.make_season(farmer)


def photograph(
    season: Season, *, by: Membership, days: int = 30, name: str = "photographed", **private: object
) -> UUID:
    made = farm.entry(farm.SPRING + timedelta(days=days))
    body: dict[str, object] = {"operation": "weeding"} if name == "tended" else {}
    operation = Operation(name=name, body=body, private=private, photos=[jpeg()])
    log_growth(season=season, entry=made, operation=operation, membership=by, at=farm.NOW)
    return made.id


def shown(season: Season) -> list[PublicPhoto]:
    return public_photos(history.of(season.entity))


def test_a_photo_of_field_work_is_for_everybody(farmer: Membership, season: Season) -> None:
    record = photograph(season, by=farmer, name="tended")

    (photo,) = shown(season)

    assert (photo.record_id, photo.type) == (record, "growth.tended")
    assert find_public_photo(record, photo.sha256) == photo


def test_a_caption_keeps_nothing_back(farmer: Membership, season: Season) -> None:
    photograph(season, by=farmer, caption="稻田")

    assert len(shown(season)) == 1


def test_a_photo_beside_a_private_remark_is_nobodys(farmer: Membership, season: Season) -> None:
    record = photograph(season, by=farmer, note="邻居家的孩子")

    assert shown(season) == []
    assert find_public_photo(record, farm.say(season.entity).attachments[0].sha256) is None


def test_a_remark_that_was_erased_does_not_bring_the_photo_out(farmer: Membership, season: Season) -> None:
    record = photograph(season, by=farmer, note="邻居家的孩子")

    erase_personal(erasure=Erasure(record_id=record), entry=farm.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)

    assert shown(season) == []


def test_a_photo_of_a_record_that_was_withdrawn_is_gone(farmer: Membership, season: Season) -> None:
    record = photograph(season, by=farmer)
    correction = Correction(record_id=record, reason="did_not_occur", withdrawn=True)

    correct(correction=correction, entry=farm.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)

    assert shown(season) == []


def test_a_photo_that_was_withheld_is_gone(farmer: Membership, season: Season) -> None:
    photograph(season, by=farmer)
    saying = Saying(body={"sha256": shown(season)[0].sha256, "reason": "personal"})
    made = farm.entry(farm.AUTUMN)

    with transaction.atomic():
        record = record_of("attachment.withheld", season.entity, entry=made, saying=saying, membership=farmer)
        chain.append(record, at=farm.NOW)

    assert shown(season) == []


def test_one_picture_in_two_records_is_one_and_the_newest_stands_first(farmer: Membership, season: Season) -> None:
    photograph(season, by=farmer, days=30)
    later = photograph(season, by=farmer, days=60)

    assert [photo.record_id for photo in shown(season)] == [later]


def test_a_record_that_nobody_made_has_no_photo(db: None) -> None:
    assert find_public_photo(uuid4(), "0" * 64) is None
