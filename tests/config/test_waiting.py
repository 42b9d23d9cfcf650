"""What waits for a member is counted as the queries of the menu say, whoever asks."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Role
from accounts.models import Membership, Organisation
from config import waiting
from config.navigation import entries
from tests.factories import farm, stories
from tests.factories.parties import make_member
from traceability.models import Feedback

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(log_keys: None) -> stories.Story:
    """A story with a recall, so that notices wait."""
    story = stories.rice()
    farm.recall(story.bag, by=story.mill)
    return story


def everybody(told: stories.Story) -> list[Membership]:
    makers = [told.farmer, told.mill]
    others = [make_member(kind) for kind in OrganisationKind]
    viewer = make_member(OrganisationKind.PROCESSOR, role=Role.VIEWER)
    return [*makers, *others, viewer]


def test_each_kind_of_member_is_told_what_the_queries_give(
    told: stories.Story, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found: dict[str, int] = {}
    for member in everybody(told):
        mine = [one for one in entries() if one.waits and one.is_for(member)]
        asked: list[Any] = [one.waits for one in mine]
        expected = [wait(member).count() for wait in asked]

        with django_assert_num_queries(1 if asked else 0):
            assert waiting.counts(asked, member) == expected

        found |= {one.route: count for one, count in zip(mine, expected, strict=True) if count}
    assert found["authority:desk"] == 1


def test_who_waits_for_confirmation_is_counted_apart(told: stories.Story) -> None:
    """As a regulator one sees all; as one that nobody has confirmed, nothing."""

    def seen(member: Membership) -> Any:
        return Feedback.objects.all() if member.organisation.has_powers else Feedback.objects.none()

    member = make_member(OrganisationKind.REGULATOR)
    assert OrganisationKind.REGULATOR in KINDS_TO_CONFIRM
    Feedback.objects.create(lot=told.bag, kind="SAFETY", secret_sha256="0" * 64, sent_at=member.user.joined_at)
    Organisation.objects.filter(pk=member.organisation_id).update(confirmed_at=None)
    waiting_one = Membership.objects.select_related("organisation").get(pk=member.pk)

    assert (waiting.counts([seen], member), waiting.counts([seen], waiting_one)) == ([1], [0])


def test_nothing_is_asked_where_nothing_waits(
    farmer: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert waiting.counts([], farmer) == []


def test_a_count_that_hangs_on_the_moment_is_refused(farmer: Membership) -> None:
    def late(_member: Membership) -> Any:
        return Feedback.objects.filter(sent_at__lt=timezone.now())

    with pytest.raises(ValueError, match="hangs on the moment"):
        waiting.counts([late], farmer)
