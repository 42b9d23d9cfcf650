import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability import vault
from traceability.models import Opening
from traceability.queries import history
from traceability.services.growth import Operation, log_growth

pytestmark = pytest.mark.django_db


def test_a_private_member_is_decrypted_when_somebody_looks_at_it(
    farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = farm.make_season(farmer)
    said = Operation(name="irrigated", body={"water_m3": "30"}, private={"operator": "张三", "note": "东头"})
    log_growth(season=season, entry=farm.entry(farm.AUTUMN), operation=said, membership=farmer, at=farm.NOW)
    opened: list[bytes] = []
    unseal = vault.unseal

    def watched(token: bytes) -> tuple[bytes, object]:
        opened.append(token)
        return unseal(token)

    monkeypatch.setattr(vault, "unseal", watched)

    private = history.of(season.entity)[-1].private
    assert (sorted(private), len(private), "note" in private, "kg" in private) == (["note", "operator"], 2, True, False)
    assert opened == []
    assert (private["note"], private.get("kg")) == ("东头", None)
    assert len(opened) == 1
    assert dict(private) == {"operator": "张三", "note": "东头"}


def test_what_was_erased_is_no_longer_there(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    said = Operation(name="irrigated", body={"water_m3": "30"}, private={"note": "东头"})
    log_growth(season=season, entry=farm.entry(farm.AUTUMN), operation=said, membership=farmer, at=farm.NOW)
    Opening.objects.filter(path="note").delete()

    assert dict(history.of(season.entity)[-1].private) == {}
