from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.enums import Role
from accounts.models import Membership
from tests.factories import farm
from tests.factories.log import publish
from tests.factories.parties import make_user
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger import verify_bundle
from traceability.log_key import vkey
from traceability.models import Lot, Opening, Plot
from traceability.queries.bundles import bundle_of
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.fsck import Fsck
from traceability.services.plots import PlotRevision, correct_plot


@pytest.fixture
def plot(farmer: Membership) -> Plot:
    return farm.make_plot(farmer, name="东大方", boundary=farm.boundary_bytes())


def erase(record: UUID, *, by: Membership, entry: Entry | None = None, **said: Any) -> None:
    erasure = Erasure(record_id=record, **said)
    erase_personal(erasure=erasure, entry=entry or farm.entry(farm.AUTUMN), membership=by, at=farm.NOW)


def paths_of(record: UUID) -> set[str]:
    return set(Opening.objects.filter(record_id=record).values_list("path", flat=True))


def test_the_openings_go_and_the_columns_that_they_fed(farmer: Membership, plot: Plot) -> None:
    erase(plot.pk, by=farmer)

    plot.refresh_from_db()
    leaf = farm.say(plot.entity)
    assert (plot.name, plot.boundary, paths_of(plot.pk)) == ("", None, set())
    assert (leaf.type, leaf.body) == (
        "personal.erased",
        {"record": str(plot.pk), "eseq": 0, "paths": ["boundary", "name"], "reason": "asked"},
    )


def test_only_what_is_named_goes(farmer: Membership, plot: Plot) -> None:
    erase(plot.pk, by=farmer, paths=["name"], reason="mistake")

    plot.refresh_from_db()
    assert (plot.name, plot.boundary is None, paths_of(plot.pk)) == ("", False, {"boundary"})


def test_what_a_correction_said_anew_goes_with_it(farmer: Membership, plot: Plot) -> None:
    facts = farm.plot_facts(number=plot.number, name="河套北")
    correct_plot(
        plot=plot,
        entry=farm.entry(farm.AUTUMN),
        revision=PlotRevision(facts=facts, reason="typing_error"),
        membership=farmer,
        at=farm.NOW,
    )

    erase(plot.pk, by=farmer, paths=["name"])

    plot.refresh_from_db()
    erased = [farm.say(plot.entity, number=n) for n in (-2, -1)]
    assert plot.name == ""
    assert [(leaf.body["eseq"], leaf.body["paths"]) for leaf in erased] == [(0, ["name"]), (1, ["name"])]


@pytest.mark.usefixtures("transactional_db", "log_keys")
def test_every_proof_stays_and_nothing_is_found_amiss(farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方", boundary=farm.boundary_bytes())
    lot = farm.make_lot(farmer, farm.make_season(farmer, plot))
    publish()

    erase(plot.pk, by=farmer)
    publish()

    report = verify_bundle(bundle_of(Lot.objects.get(pk=lot.pk)), vkeys=[vkey()])
    assert report.subject == lot.entity
    assert list(Fsck().faults()) == []


def test_what_is_gone_cannot_be_erased_again(farmer: Membership, plot: Plot) -> None:
    erase(plot.pk, by=farmer)

    with pytest.raises(RefusedError, match="/paths: holds no personal data"):
        erase(plot.pk, by=farmer)


def test_the_same_entry_twice_is_one_erasure(farmer: Membership, plot: Plot) -> None:
    entry = farm.entry(farm.AUTUMN)

    for _ in range(2):
        erase(plot.pk, by=farmer, entry=entry)

    assert farm.say(plot.entity).eseq == 1


def test_the_operator_may_erase_for_anybody(operator: Membership, plot: Plot) -> None:
    erase(plot.pk, by=operator, reason="ordered")

    assert paths_of(plot.pk) == set()


def test_neither_strangers_nor_recorders_erase(farmer: Membership, stranger: Membership, plot: Plot) -> None:
    recorder = Membership.objects.create(user=make_user("帮手"), organisation=farmer.organisation, role=Role.RECORDER)

    with pytest.raises(NotYoursError):
        erase(plot.pk, by=stranger)
    with pytest.raises(NotYoursError):
        erase(uuid4(), by=farmer)
    with pytest.raises(RefusedError, match="only an owner"):
        erase(plot.pk, by=recorder)

    assert paths_of(plot.pk) == {"boundary", "name"}


def test_an_entry_that_erased_something_else_is_not_taken_for_this_erasure(farmer: Membership, plot: Plot) -> None:
    entry = farm.entry(farm.AUTUMN)
    erase(plot.pk, by=farmer, entry=entry, paths=["name"])

    with pytest.raises(ChainConflictError):
        erase(plot.pk, by=farmer, entry=entry)
    with pytest.raises(ChainConflictError):
        erase(plot.pk, by=farmer, entry=Entry(id=plot.pk, time=farm.AUTUMN), paths=["name"])
    assert paths_of(plot.pk) == {"boundary"}
