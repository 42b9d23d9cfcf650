from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership
from accounts.services.stand_ins import allow_party
from accounts.sms import MemorySender
from finance.enums import Category, ConsentState, Method, NoticeKind, Purpose
from finance.errors import ConsentError
from finance.models import BankNotice, Consent
from finance.notice import notice_sha256
from finance.services import consents, messages
from tests.factories import credit
from tests.factories.credit import NOW, days, entry, make_bank, make_consent, make_draft, revoke
from tests.factories.parties import make_member, make_user
from traceability.errors import NotYoursError, RefusedError
from traceability.models import TaskRequest
from traceability.queries import history

pytestmark = pytest.mark.django_db


def _told(consent: Consent) -> list[str]:
    return [one.leaf.type for one in history.of(consent.entity)]


def test_a_draft_allows_nothing_and_is_not_told_to_the_log(farmer: Membership, bank: Membership) -> None:
    consent = make_draft(farmer, bank)

    assert consent.state == ConsentState.DRAFT
    assert not consent.is_live(NOW)
    assert _told(consent) == []


def test_a_grant_is_an_event_that_hides_whom_it_is_for(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)

    (event,) = history.of(consent.entity)
    assert consent.state == ConsentState.GRANTED
    assert consent.is_live(NOW)
    assert event.leaf.body == {
        "version": 1,
        "until": "2027-01-31",
        "notice_sha256": notice_sha256(consent.notice),
        "method": "app",
    }
    assert event.private == {
        "subject": str(farmer.organisation.public_id),
        "recipient": str(bank.organisation.public_id),
        "purpose": "loan_pre_assessment",
        "categories": ["score", "records"],
        "max_queries": 3,
    }
    assert bank.organisation.public_id.hex not in event.data.decode().replace("-", "")


def test_the_notice_names_bank_purpose_data_period_and_the_way_back(farmer: Membership, bank: Membership) -> None:
    text = make_draft(farmer, bank).notice

    for said in (
        "盘锦农商银行",
        bank.user.phone.removeprefix("+86"),
        "看看能不能贷款",
        "分数、等级和理由",
        "2027年1月31日",
        "最多3次",
        "收回",
    ):
        assert said in text


def test_the_same_entry_twice_is_one_consent(farmer: Membership, bank: Membership) -> None:
    made = entry()
    drafts = [
        consents.draft(
            terms=credit.terms(bank),
            subject=farmer.organisation,
            language="zh-hans",
            entry=made,
            membership=farmer,
            at=NOW,
        )
        for _ in range(2)
    ]
    given = entry()
    granted = [consents.grant(consent=one, entry=given, membership=farmer, at=NOW) for one in drafts]

    assert Consent.objects.count() == 1
    assert [one.pk for one in granted] == [made.id, made.id]
    assert _told(granted[0]) == ["consent.granted"]


def test_a_new_consent_for_the_same_bank_and_purpose_replaces_the_old_one(farmer: Membership, bank: Membership) -> None:
    old, other = make_consent(farmer, bank), make_consent(farmer, bank, purpose=Purpose.UNDERWRITING)
    new = make_consent(farmer, bank, max_queries=5)

    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.state, old.superseded_by) == (ConsentState.SUPERSEDED, new)
    assert other.state == ConsentState.GRANTED
    assert _told(old) == ["consent.granted", "consent.superseded"]
    assert history.of(new.entity)[0].leaf.body["supersedes"] == old.entity


def test_a_revocation_ends_it_at_once_and_tells_the_bank(farmer: Membership, bank: Membership) -> None:
    consent = revoke(make_consent(farmer, bank), farmer)

    notice = BankNotice.objects.get()
    assert (consent.state, consent.ended_at) == (ConsentState.REVOKED, NOW)
    assert _told(consent) == ["consent.granted", "consent.revoked"]
    assert (notice.bank, notice.consent, notice.kind) == (bank.organisation, consent, NoticeKind.REVOKED)
    assert revoke(consent, farmer).state == ConsentState.REVOKED
    assert _told(consent) == ["consent.granted", "consent.revoked"]


def test_a_consent_expires_at_the_end_of_its_last_day_in_china(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, until=date(2026, 11, 23))
    last = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)

    assert consents.expire_due(at=last) == 0
    assert consents.expire_due(at=last + timedelta(seconds=1)) == 1
    assert consents.expire_due(at=last + timedelta(seconds=1)) == 0
    consent.refresh_from_db()
    assert consent.state == ConsentState.EXPIRED
    assert _told(consent) == ["consent.granted", "consent.expired"]


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"until": date(2027, 2, 21)}, "/until", "consent_too_long"),
        ({"until": date(2026, 11, 21)}, "/until", "consent_in_the_past"),
        ({"categories": ()}, "/categories", "consent_without_data"),
        ({"max_queries": 61}, "/max_queries", "above_maximum"),
        ({"purpose": Purpose.MONITORING, "loan_ref": "L-7"}, "/purpose", "consent_loan_needed"),
    ],
)
def test_terms_are_bounded(farmer: Membership, bank: Membership, said: dict[str, Any], pointer: str, rule: str) -> None:
    with pytest.raises(RefusedError) as caught:
        make_draft(farmer, bank, **said)

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)
    assert Consent.objects.count() == 0


def test_only_a_confirmed_bank_can_be_named(farmer: Membership, processor: Membership) -> None:
    unconfirmed = make_bank("没核实的银行")
    unconfirmed.organisation.confirmed_at = None
    unconfirmed.organisation.save()

    for party in (processor, unconfirmed):
        with pytest.raises(RefusedError) as caught:
            make_draft(farmer, party)
        assert caught.value.rule == "consent_of_no_bank"


def test_an_own_view_names_the_farm_itself(farmer: Membership, stranger: Membership) -> None:
    own = make_consent(farmer, farmer, purpose=Purpose.OWN_VIEW, categories=tuple(Category.values))

    assert own.recipient == own.subject == farmer.organisation
    with pytest.raises(NotYoursError):
        make_draft(farmer, stranger, purpose=Purpose.OWN_VIEW)


def test_strangers_viewers_and_recorders_give_no_consent(
    farmer: Membership, stranger: Membership, viewer: Membership, bank: Membership
) -> None:
    recorder = Membership.objects.create(user=make_user("儿子"), organisation=farmer.organisation, role=Role.RECORDER)
    consent = make_draft(farmer, bank)

    with pytest.raises(NotYoursError):
        consents.grant(consent=consent, entry=entry(), membership=stranger, at=NOW)
    for member in (viewer, recorder):
        with pytest.raises(RefusedError, match="only the owner"):
            consents.grant(consent=consent, entry=entry(), membership=member, at=NOW)
    given = consents.grant(consent=consent, entry=entry(), membership=farmer, at=NOW)
    for member, error in ((stranger, NotYoursError), (bank, NotYoursError), (recorder, RefusedError)):
        with pytest.raises(error):
            revoke(given, member)


def _helper(farmer: Membership) -> Membership:
    helper = make_member(name="合作社技术员")
    allow_party(party=helper.organisation, by=farmer, at=NOW)
    return helper


def test_a_village_agent_writes_down_what_the_owner_says_with_code_and_witness(
    farmer: Membership, bank: Membership
) -> None:
    helper, consent = _helper(farmer), make_draft(farmer, bank)
    consents.send_code(consent=consent, code="314159", membership=helper, at=NOW)
    assert "314159" in MemorySender.outbox[-1].text
    assert MemorySender.outbox[-1].phone == farmer.user.phone
    said: dict[str, Any] = {"consent": consent, "membership": helper, "at": NOW}

    with pytest.raises(RefusedError, match="needs a witness"):
        consents.grant(**said, entry=entry(), method=Method.AGENT, code="314159")
    given = consents.grant(**said, entry=entry(), method=Method.AGENT, code="314159", witness="李书记")

    assert (given.state, given.method, given.witness) == (ConsentState.GRANTED, "agent", "李书记")
    assert history.of(consent.entity)[0].private["witness"] == "李书记"


def test_a_code_counts_three_times_and_ten_minutes(farmer: Membership, bank: Membership) -> None:
    helper, consent = _helper(farmer), make_draft(farmer, bank)
    consents.send_code(consent=consent, code="314159", membership=helper, at=NOW)

    def tried(code: str, minutes: int = 0) -> str:
        try:
            with transaction.atomic():
                at = NOW + timedelta(minutes=minutes)
                consents.grant(consent=consent, entry=entry(at), membership=helper, at=at, method=Method.SMS, code=code)
        except RefusedError as error:
            return error.rule
        return "given"

    assert tried("314159", minutes=11) == "consent_code_wrong"
    assert tried("000000") == "consent_code_wrong"
    assert tried("314159") == "given"


def test_a_fourth_try_is_refused_even_with_the_right_code(farmer: Membership, bank: Membership) -> None:
    consent = make_draft(farmer, bank)
    consents.send_code(consent=consent, code="314159", membership=farmer, at=NOW)

    for code in ("000000", "000001", "000002", "314159"):
        with pytest.raises(RefusedError, match="not the one that was sent"):
            consents.grant(consent=consent, entry=entry(), membership=farmer, at=NOW, method=Method.SMS, code=code)


def test_a_grant_asks_for_a_receipt_by_message(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)

    assert TaskRequest.objects.filter(name=messages.SEND_RECEIPT, argument=str(consent.pk)).count() == 1
    messages.deliver_receipt(consent.pk)
    assert MemorySender.outbox[-1].phone == farmer.user.phone
    assert "盘锦农商银行" in MemorySender.outbox[-1].text


def test_what_has_ended_cannot_be_given_again(farmer: Membership, bank: Membership) -> None:
    consent = revoke(make_consent(farmer, bank), farmer)

    with pytest.raises(RefusedError) as caught:
        consents.grant(consent=consent, entry=entry(), membership=farmer, at=NOW)
    late = make_draft(farmer, bank)
    with pytest.raises(RefusedError) as over:
        consents.grant(consent=late, entry=entry(NOW + days(80)), membership=farmer, at=NOW + days(80))

    assert caught.value.rule == "consent_ended"
    assert over.value.rule == "consent_in_the_past"
    assert not isinstance(caught.value, ConsentError)
