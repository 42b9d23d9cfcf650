"""Who may open which page of the farm: a case for every address, for a stranger, a viewer and nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of
from tests.factories.parties import make_member, make_user
from tests.traceability.services.test_growth import jpeg
from traceability.models import Lot, Sample
from traceability.services.growth import Operation, log_growth
from traceability.web.urls_farm import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

# Of no thing in particular: anybody who is logged in, or who is of the right kind, has a page of their own there.
OWN = {"plots": 200, "register": 200, "lots": 200, "samples": 404}
READING = frozenset({"plots", "plot", "season", "photo", "lots", "lot", "samples"})
OWNERS_ONLY = frozenset({"erase"})


@dataclass(frozen=True)
class World:
    addresses: Mapping[str, str]
    lot: Lot
    sample: Sample


@pytest.fixture
def world(farmer: Membership, laboratory: Membership) -> World:
    lot = farm.make_lot(farmer)
    assert lot.season
    sample = farm.make_sample(lot, by=farmer, laboratory=laboratory)
    made = farm.entry(farm.AUTUMN)
    photo = Operation(name="photographed", photos=[jpeg()], private={"caption": "稻田"})
    log_growth(season=lot.season, entry=made, operation=photo, membership=farmer, at=farm.NOW)
    names: dict[str, list[object]] = {
        "plot": [lot.season.plot_id],
        "correct_plot": [lot.season.plot_id],
        "retire": [lot.season.plot_id],
        "begin": [lot.season.plot_id],
        "season": [lot.season_id],
        "log": [lot.season_id, "sown"],
        "harvest": [lot.season_id],
        "amend": [made.id],
        "erase": [made.id],
        "photo": [made.id, farm.say(lot.season.entity).attachments[0].sha256],
        "lot": [lot.pk],
        "sample": [lot.pk],
        "report": [sample.pk],
        **{name: [] for name in OWN},
    }
    return World({name: reverse(f"farm:{name}", args=args) for name, args in names.items()}, lot, sample)


def statuses(member: Membership | None, world: World, *, method: str = "get") -> dict[str, int]:
    client = client_of(member)
    return {name: getattr(client, method)(url).status_code for name, url in world.addresses.items()}


def test_every_address_has_a_case(world: World) -> None:
    assert set(world.addresses) == {pattern.name for pattern in urlpatterns}


def test_the_owner_opens_every_page_but_the_laboratorys(farmer: Membership, world: World) -> None:
    assert statuses(farmer, world) == {name: 404 if name in {"samples", "report"} else 200 for name in world.addresses}


def test_to_a_stranger_nothing_of_anothers_is_there(stranger: Membership, world: World) -> None:
    expected = {name: OWN.get(name, 404) for name in world.addresses}

    assert statuses(stranger, world) == expected


def test_a_stranger_posts_to_nothing_of_anothers(stranger: Membership, world: World) -> None:
    before = farm.footprint()
    expected = {name: OWN.get(name, 404) for name in world.addresses}

    assert statuses(stranger, world, method="post") == expected
    assert farm.footprint() == before


def test_nobody_is_asked_to_log_in(world: World) -> None:
    client = client_of(None)

    answers = [client.get(url) for url in world.addresses.values()]

    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"].partition("?")[0] for answer in answers} == {reverse("account_login")}


def test_a_viewer_reads_and_writes_nothing(viewer: Membership, world: World) -> None:
    found = statuses(viewer, world)

    reads = {name: status for name, status in found.items() if name in READING}
    writes = {name: status for name, status in found.items() if name not in READING}
    assert reads == {name: 404 if name == "samples" else 200 for name in READING}
    assert writes == {name: 404 if name == "report" else 403 for name in writes}


def test_only_an_owner_erases(farmer: Membership, world: World) -> None:
    recorder = Membership.objects.create(user=make_user("帮手"), organisation=farmer.organisation, role=Role.RECORDER)

    found = statuses(recorder, world)

    assert {name for name, status in found.items() if status == 403} == OWNERS_ONLY


def test_a_laboratory_sees_the_lot_of_its_sample_and_writes_only_its_report(
    laboratory: Membership, world: World
) -> None:
    found = statuses(laboratory, world)

    assert {name for name, status in found.items() if status == 200} >= {"lot", "samples", "report"}
    assert (found["plot"], found["season"], found["photo"], found["amend"]) == (404, 404, 404, 404)


def test_another_laboratory_sees_neither(world: World) -> None:
    other = make_member(OrganisationKind.LABORATORY, name="别的实验室")

    found = statuses(other, world)

    assert (found["lot"], found["report"], found["samples"]) == (404, 404, 200)


def test_a_laboratory_that_is_not_confirmed_has_no_desk(world: World) -> None:
    waiting = make_member(OrganisationKind.LABORATORY, name="新实验室")
    waiting.organisation.confirmed_at = None
    waiting.organisation.save()

    found = statuses(waiting, world)

    assert (found["samples"], found["register"]) == (404, 403)


def test_who_was_given_a_lot_sees_it_and_not_its_field(farmer: Membership, processor: Membership, world: World) -> None:
    farm.give(world.lot, by=farmer, to=processor)

    found = statuses(processor, world)

    assert (found["lot"], found["sample"]) == (200, 200)
    assert (found["season"], found["plot"], found["photo"], found["amend"]) == (404, 404, 404, 404)
