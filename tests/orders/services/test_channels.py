from datetime import date

import pytest

from accounts.models import Membership
from orders.enums import ChannelKind
from orders.services.channels import Sale, answering_for, make_campaign, make_channel, own_channel
from tests.factories import market
from traceability.errors import NotYoursError, RefusedError

pytestmark = pytest.mark.django_db

SPRING = Sale(code="spring", name="春播专场", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30))


def test_a_channel_and_its_campaign_have_codes_of_their_own(processor: Membership) -> None:
    channel = make_channel(code="live-1", name="直播一号", kind=ChannelKind.LIVE, membership=processor)
    campaign = make_campaign(channel=channel, sale=SPRING, membership=processor)

    assert (campaign.code, campaign.channel) == ("spring", channel)
    with pytest.raises(RefusedError) as caught:
        make_channel(code="live-1", name="又一个", kind=ChannelKind.SHOP, membership=processor)
    assert (caught.value.pointer, caught.value.rule) == ("/code", "channel_code_taken")
    with pytest.raises(RefusedError) as caught:
        make_campaign(channel=channel, sale=SPRING, membership=processor)
    assert (caught.value.pointer, caught.value.rule) == ("/code", "channel_code_taken")


def test_a_campaign_does_not_end_before_it_starts(processor: Membership) -> None:
    wrong = Sale(code="x", name="x", starts_on=date(2026, 4, 2), ends_on=date(2026, 4, 1))

    with pytest.raises(RefusedError) as caught:
        make_campaign(channel=market.make_channel(processor), sale=wrong, membership=processor)

    assert (caught.value.pointer, caught.value.rule) == ("/ends_on", "ends_before_it_starts")


def test_nobody_sets_up_a_campaign_in_anothers_channel(processor: Membership, farmer: Membership) -> None:
    with pytest.raises(NotYoursError):
        make_campaign(channel=market.make_channel(processor), sale=SPRING, membership=farmer)


def test_a_party_has_one_channel_for_customers_and_one_for_its_needs(processor: Membership) -> None:
    own, need = own_channel(processor), own_channel(processor, ChannelKind.NEED)

    assert own != need
    assert [own_channel(processor), own_channel(processor, ChannelKind.NEED)] == [own, need]


def test_who_set_a_channel_up_answers_for_it(processor: Membership) -> None:
    assert answering_for(market.make_channel(processor)) == processor


def test_after_who_set_it_up_has_left_an_owner_answers(processor: Membership, farmer: Membership) -> None:
    channel = market.make_channel(processor)
    channel.clerk = farmer.user

    assert answering_for(channel) == processor


def test_a_rival_who_takes_ones_code_keeps_nobodys_customers_out(processor: Membership, farmer: Membership) -> None:
    code = f"own-{str(processor.organisation.public_id)[:8]}"
    taken = make_channel(code=code, name="假冒", kind=ChannelKind.SHOP, membership=farmer)

    own = own_channel(processor)

    assert (own.organisation, own.kind, own.code != taken.code) == (processor.organisation, ChannelKind.OWN, True)
    assert own_channel(processor) == own
