import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership
from tests.factories import farm, log, stories
from tests.factories.witnesses import Circle
from traceability.enums import RunKind
from traceability.models import Finding
from traceability.services import findings, verification
from traceability.services.checks.fault import Fault

FAULT = Fault("ledger_entry", "index=3", "hash", "the leaf hashes to something else")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def finding() -> Finding:
    findings.report([FAULT], at=farm.NOW)
    return Finding.objects.get()


def test_the_operator_sees_size_run_and_finding(client: Client, operator: Membership, finding: Finding) -> None:
    stories.rice()
    published = log.publish()
    run = verification.run_now(RunKind.INCREMENTAL, clock=lambda: farm.NOW)
    client.force_login(operator.user)

    page = client.get("/operator/log/", headers={"accept-language": "en"})

    text = page.content.decode()
    assert page.status_code == 200
    assert f">{published.size}</a>" in text
    assert f'<td class="number">{run.entries}</td>' in text
    assert "index=3" in text
    assert "1 finding is open" in text
    assert "style=" not in text


def test_the_operator_sees_how_each_witness_stands(client: Client, operator: Membership, circle: Circle) -> None:
    circle.stop("bank")
    circle.agree("any")
    stories.rice()
    published = log.publish()
    client.force_login(operator.user)

    text = client.get("/operator/log/", headers={"accept-language": "en"}).content.decode()

    assert f"The witness bank has not cosigned {published.size} published entries." in text
    assert "it does not answer (ConnectionRefusedError)" in text
    assert '<span class="muted">witness.county.example</span>' in text
    assert f"cosigned up to {published.size} of {published.size} published entries" in text
    assert f"cosigned up to 0 of {published.size} published entries" in text
    assert text.count('<span class="badge">up to date</span>') == 1
    assert text.count('<span class="badge badge--signal">missing</span>') == 1


def test_a_log_without_witnesses_says_so(client: Client, operator: Membership) -> None:
    client.force_login(operator.user)

    text = client.get("/operator/log/", headers={"accept-language": "en"}).content.decode()

    assert "No witness is asked: this log vouches for itself alone." in text


def test_a_policy_that_is_none_leaves_the_page(client: Client, operator: Membership, circle: Circle) -> None:
    circle.path.write_text("nonsense")
    client.force_login(operator.user)

    assert client.get("/operator/log/").status_code == 200


def test_an_empty_log_has_a_page_too(client: Client, operator: Membership) -> None:
    client.force_login(operator.user)

    page = client.get("/operator/log/", headers={"accept-language": "en"})

    assert page.status_code == 200
    assert "No verification has run yet" in page.content.decode()


def test_to_a_farmer_the_page_is_not_there(client: Client, farmer: Membership, finding: Finding) -> None:
    client.force_login(farmer.user)

    assert client.get("/operator/log/").status_code == 404
    assert client.post(f"/operator/log/findings/{finding.pk}/close", {"reason": "mine"}).status_code == 404
    finding.refresh_from_db()
    assert finding.closed_at is None


def test_who_is_not_logged_in_is_asked_to(client: Client) -> None:
    page = client.get("/operator/log/")

    assert page.status_code == 302
    assert "login" in page.headers["Location"]


def test_a_superuser_needs_no_party(client: Client, django_user_model: type) -> None:
    client.force_login(django_user_model.objects.create_superuser("+8613800009999"))  # type: ignore[attr-defined]

    assert client.get("/operator/log/").status_code == 200


def test_a_finding_is_closed_with_a_reason(client: Client, operator: Membership, finding: Finding) -> None:
    client.force_login(operator.user)

    answer = client.post(f"/operator/log/findings/{finding.pk}/close", {"reason": "restored from the backup"})

    finding.refresh_from_db()
    assert answer.status_code == 302
    assert (finding.reason, finding.closed_by) == ("restored from the backup", operator.user)


def test_a_finding_stays_open_without_a_reason(client: Client, operator: Membership, finding: Finding) -> None:
    client.force_login(operator.user)

    answer = client.post(f"/operator/log/findings/{finding.pk}/close", {"reason": "  "})

    finding.refresh_from_db()
    assert answer.status_code == 422
    assert finding.closed_at is None


def test_the_checkpoint_is_served_byte_for_byte(client: Client) -> None:
    stories.rice()
    published = log.publish()

    answer = client.get("/checkpoint")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == published.note


def test_there_is_no_checkpoint_of_an_empty_log(client: Client) -> None:
    assert client.get("/checkpoint").status_code == 404


def test_who_may_only_look_closes_no_finding(client: Client, operator: Membership, finding: Finding) -> None:
    Membership.objects.filter(pk=operator.pk).update(role=Role.VIEWER)
    client.force_login(operator.user)

    assert client.get("/operator/log/").status_code == 200
    assert client.post(f"/operator/log/findings/{finding.pk}/close", {"reason": "mine"}).status_code == 403
    finding.refresh_from_db()
    assert finding.closed_at is None
