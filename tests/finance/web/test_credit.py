import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from accounts.sms import MemorySender
from finance.enums import ConsentState, DisputeState, Purpose
from finance.models import AuditRow, Consent, Dispute, Referral
from finance.queries import own_score
from finance.queries.own import consents_of
from finance.queries.own_score import ShownReason, ShownScore
from finance.services import loans
from finance.services.messages import TELL_OF_QUERY
from finance.tasks import tell_of_query
from tests.factories import credit
from tests.factories.bank import BankMachine, detail
from tests.factories.credit import ask, make_consent, make_draft
from tests.factories.pages import client_of, errors_of, send
from traceability.models import TaskRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]


def _get(member: Membership, path: str) -> Any:
    return client_of(member).get(f"/credit/{path}")


def _filled(bank: Membership, **said: Any) -> dict[str, Any]:
    facts = {
        "recipient": bank.organisation.pk,
        "purpose": "loan_pre_assessment",
        "categories": ["score", "records"],
        "lasts": "30",
        "max_queries": "3",
    }
    return {**facts, **said}


def test_nothing_is_ticked_before_the_farmer_ticks_it(farmer: Membership, bank: Membership) -> None:
    page = _get(farmer, "consents/new/").content.decode()

    assert "盘锦农商银行" in page
    assert "checked" not in page
    assert "selected" not in page.replace('value="" selected', "")


def test_a_farmer_says_what_reads_it_all_and_says_yes(farmer: Membership, bank: Membership) -> None:
    client = client_of(farmer)

    first = send(client, "/credit/consents/new/", **_filled(bank))
    consent = Consent.objects.get()
    assert first.url == f"/credit/consents/{consent.pk}/give/"
    assert consent.state == ConsentState.DRAFT
    assert "盘锦农商银行" in client.get(first.url).content.decode()
    second = send(client, first.url)

    consent.refresh_from_db()
    assert second.url == f"/credit/consents/{consent.pk}/"
    assert (consent.state, consent.purpose, consent.max_queries) == (ConsentState.GRANTED, "loan_pre_assessment", 3)
    assert consent.categories == ["score", "records"]
    assert client.get(first.url).status_code == 302


def test_consents_that_live_come_first_and_what_has_ended_last(farmer: Membership, bank: Membership) -> None:
    other = credit.make_bank("县农行")
    gone = credit.revoke(make_consent(farmer, bank), farmer)
    lives, waits = make_consent(farmer, bank), make_draft(farmer, other)

    assert list(consents_of(farmer)) == [lives, waits, gone]
    page = _get(farmer, "").content.decode()
    assert page.index(str(lives.pk)) < page.index(str(waits.pk)) < page.index(str(gone.pk))


def test_a_form_without_ticks_is_refused(farmer: Membership, bank: Membership) -> None:
    page = send(client_of(farmer), "/credit/consents/new/", recipient=bank.organisation.pk)

    assert set(errors_of(page)) == {"purpose", "categories", "lasts", "max_queries"}
    assert Consent.objects.count() == 0


def test_a_farmer_takes_a_consent_back(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, at=credit.timezone_now())

    answer = send(client_of(farmer), f"/credit/consents/{consent.pk}/revoke/", note="不想借了")

    consent.refresh_from_db()
    assert answer.url == f"/credit/consents/{consent.pk}/"
    assert consent.state == ConsentState.REVOKED


def test_who_asked_is_shown_with_what_became_of_it(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    ask(consent, bank)

    for path in ("queries/", f"consents/{consent.pk}/", ""):
        page = _get(farmer, path).content.decode()
        assert "盘锦农商银行" in page
        assert "answered" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_need_as_many_statements_for_three_rows_as_for_one(
    farmer: Membership, bank: Membership, rows: int, django_assert_max_num_queries: Any
) -> None:
    consent = make_consent(farmer, bank)
    for _ in range(rows):
        ask(consent, bank)
    client = client_of(farmer)

    with django_assert_max_num_queries(12):
        assert client.get("/credit/queries/").content.decode().count("<b>盘锦农商银行</b>") == rows


def test_a_stranger_finds_nothing(
    farmer: Membership, stranger: Membership, bank: Membership, processor: Membership
) -> None:
    consent = make_consent(farmer, bank)
    draft = make_draft(farmer, bank)
    paths = [
        f"consents/{consent.pk}/",
        f"consents/{consent.pk}/revoke/",
        f"consents/{consent.pk}/refer/",
        f"consents/{consent.pk}/receipt.pdf",
        f"consents/{draft.pk}/give/",
    ]

    for path in paths:
        assert _get(stranger, path).status_code == 404
        assert Client().get(f"/credit/{path}").status_code == 302
    for member in (bank, processor):
        assert _get(member, "").status_code == 404


def test_a_viewer_reads_and_gives_nothing(farmer: Membership, viewer: Membership, bank: Membership) -> None:
    consent, draft = make_consent(farmer, bank), make_draft(farmer, bank)

    assert _get(viewer, f"consents/{consent.pk}/").status_code == 200
    for path in ("consents/new/", f"consents/{draft.pk}/give/", f"consents/{consent.pk}/revoke/", "export.json"):
        assert _get(viewer, path).status_code == 403


def test_a_farm_looks_at_its_own_score_by_a_consent_to_itself(farmer: Membership, scorer: credit.Scorer) -> None:
    MemorySender.outbox.clear()
    client = client_of(farmer)
    form = client.get("/credit/").context["form"]
    sent = {name: form[name].value() for name in ("record_id", "opened_at")}

    answer = client.post("/credit/score/", sent)

    (made,) = scorer.made.values()
    consent = Consent.objects.get()
    assert answer["Location"] == "/credit/"
    assert (consent.purpose, consent.recipient, consent.state) == ("own_view", farmer.organisation, "granted")
    assert made.subject == farmer.organisation
    assert AuditRow.objects.get().asker == farmer.organisation
    assert "王家</b>" not in client.get("/credit/queries/").content.decode()
    assert MemorySender.outbox == []


def test_a_score_is_shown_with_reasons_and_the_way_to_object(
    farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = ShownReason(
        feature="on_time_rate", text="On time 82 %", change="Deliver in time", records=[str(credit.entry().id)]
    )
    shown = ShownScore(
        id=credit.entry().id, as_of=credit.NOW, score=641, grade="B", low=623, high=659, reasons=[reason]
    )
    monkeypatch.setattr(own_score, "newest", lambda _subject: shown)

    page = _get(farmer, "").content.decode()

    for said in (
        "641",
        "could be 623 to 659",
        "On time 82 %",
        "Deliver in time",
        "from 1 record",
        "?feature=on_time_rate",
    ):
        assert said in page


def test_a_dispute_is_opened_shown_and_answered(farmer: Membership, operator: Membership, stranger: Membership) -> None:
    client = client_of(farmer)

    assert "on time" in client.get("/credit/disputes/new/?feature=on_time_rate").content.decode()
    assert "About:" not in client.get("/credit/disputes/new/?feature=nonsense").content.decode()
    answer = send(client, "/credit/disputes/new/?feature=on_time_rate", text="那三笔是暴雨封路，不是我晚。")
    dispute = Dispute.objects.get()
    assert answer.url == f"/credit/disputes/{dispute.pk}/"
    assert "being looked at" in client.get("/credit/").content.decode()
    assert _get(stranger, f"disputes/{dispute.pk}/").status_code == 404
    assert _get(farmer, "disputes/waiting/").status_code == 404
    assert "那三笔是暴雨封路" in _get(operator, "disputes/waiting/").content.decode()
    send(client_of(operator), f"/credit/disputes/{dispute.pk}/answer/", state="upheld", answer="核实属实，已更正。")

    dispute.refresh_from_db()
    assert (dispute.state, dispute.answer) == (DisputeState.UPHELD, "核实属实，已更正。")
    assert "核实属实，已更正。" in client.get(answer.url).content.decode()


def test_a_banks_question_is_on_the_page_at_once_and_the_first_one_is_told_by_message(
    farmer: Membership, bank: Membership
) -> None:
    consent = make_consent(farmer, bank, at=credit.timezone_now(), until=credit.soon())
    machine = BankMachine(bank)
    token = machine.token(detail(consent.pk, "loan_pre_assessment", "L-7"))

    def question() -> int:
        said = {"id": str(credit.entry().id), "consent_id": str(consent.pk)}
        status: int = machine.call("POST", "/api/bank/v1/queries", token, said).status_code
        return status

    assert question() == 200
    page = _get(farmer, "queries/").content.decode()
    assert (page.count("L-7"), page.count("answered")) == (1, 1)
    assert question() == 200
    asked_for = TaskRequest.objects.get(name=TELL_OF_QUERY)
    tell_of_query(asked_for.pk)

    assert _get(farmer, "queries/").content.decode().count("L-7") == 2
    assert MemorySender.outbox[-1].phone == farmer.user.phone
    assert "盘锦农商银行" in MemorySender.outbox[-1].text


def test_loans_are_listed_those_that_run_first(farmer: Membership, bank: Membership, stranger: Membership) -> None:
    consent = make_consent(farmer, bank)
    today = credit.NOW.date()
    credit.lend(consent, bank, on=today, due_on=today + credit.days(200))
    credit.lend(consent, bank, on=today, due_on=today + credit.days(100), loan_ref="L-2")
    loans.post(
        posting=credit.posting(consent, "closure", today, loan_ref="L-2"), asker=credit.asker(bank), at=credit.NOW
    )

    page = _get(farmer, "loans/").content.decode()

    assert page.index("Running") < page.index("L-1") < page.index("Ended") < page.index("L-2")
    assert "All loans" in _get(farmer, "").content.decode()
    assert "No bank has told of a loan of yours." in _get(stranger, "loans/").content.decode()
    assert _get(bank, "loans/").status_code == 404


def test_a_wish_goes_to_the_bank_with_what_is_consented(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, at=credit.timezone_now(), until=credit.soon())

    answer = send(client_of(farmer), f"/credit/consents/{consent.pk}/refer/", yuan="50000", months="8", reason="买稻种")

    referral = Referral.objects.get()
    assert answer.url == f"/credit/consents/{consent.pk}/"
    assert (referral.wanted_fen, referral.months, referral.reason) == (5_000_000, 8, "买稻种")
    assert set(referral.pack) == {"format", "consent", "farm", "wanted", "as_of", "seasons"}
    assert "50,000.00" in _get(farmer, f"consents/{consent.pk}/").content.decode()


def test_everything_comes_as_a_file(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    ask(consent, bank)

    told = json.loads(_get(farmer, "export.json").content)

    assert told["format"] == "suyuan/credit-export/v1"
    assert [one["id"] for one in told["consents"]] == [str(consent.pk)]
    assert [one["outcome"] for one in told["queries"]] == ["answered"]
    assert [told[name] for name in ("scores", "certificates", "disputes", "referrals", "loans")] == [[]] * 5


def test_the_receipt_is_a_sheet_that_can_be_printed(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)

    answer = _get(farmer, f"consents/{consent.pk}/receipt.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert _get(farmer, f"consents/{make_draft(farmer, bank).pk}/receipt.pdf").status_code == 404


def test_figures_are_for_authorities(farmer: Membership, regulator: Membership, operator: Membership) -> None:
    assert _get(farmer, "figures/").status_code == 404
    for member in (regulator, operator):
        assert "fewer than 11 farms" in _get(member, "figures/").content.decode()


def test_monitoring_needs_a_loan_of_that_bank(farmer: Membership, bank: Membership) -> None:
    page = send(client_of(farmer), "/credit/consents/new/", **_filled(bank, purpose=Purpose.MONITORING.value))

    assert errors_of(page)["purpose"] == ["Looking after a loan needs the loan"]
