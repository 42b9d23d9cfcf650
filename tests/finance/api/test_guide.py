"""The complete example of docs/guides/banks.md, executed as it stands against a real server."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.models import AuditRow, Loan, Score
from tests.factories import credit, scored
from tests.factories.bank import make_key, register
from tests.factories.log import publish
from tests.factories.parties import make_member
from traceability import log_key
from traceability.ledger.scores import verify_score

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "banks.md"


@pytest.fixture
def farm(farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership) -> Membership:
    """A farm with a past that a score can be made of."""
    scored.make_card(operator)
    scored.furnish(scored.Cast(farmer, processor, laboratory), years=scored.lately(timezone.localdate()))
    return farmer


def test_the_example_of_the_guide_runs_as_it_stands(
    farm: Membership, live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, key = make_member(OrganisationKind.BANK, name="农商行"), make_key()
    client = register(clerk, key)
    consent = credit.make_consent(farm, clerk, at=timezone.now(), until=credit.soon())
    publish()
    said = {"SITE": live_server.url, "CLIENT_ID": client.application.client_id, "CONSENT": str(consent.pk)}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    Path("client-key.json").write_text(key.export(), encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    told: dict[str, Any] = {}

    exec(compile(example, str(GUIDE), "exec"), told)  # noqa: S102 - our own guide

    score = Score.objects.get()
    assert (told["answer"]["score_id"], told["answer"]["withheld"]) == (str(score.pk), True)
    report = verify_score(Path("evidence.json").read_bytes(), vkeys=[log_key.vkey()])
    assert report.record["score"] == score.score
    assert (told["told"]["state"], Loan.objects.get().loan_ref) == ("submitted", "L-1")
    assert [row.outcome for row in AuditRow.objects.order_by("at")] == ["answered", "answered"]
