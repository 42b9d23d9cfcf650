"""Two real PostgreSQL clusters with streaming replication: who reads where, and what a promoted replica holds."""

import contextlib
import copy
import os
import signal
from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import farm
from tests.factories.log import publish
from tests.faults.processes import wait_until
from tests.faults.standby import Standby, following
from traceability import replica
from traceability.models import LogState, Lot
from traceability.queries import proofs
from traceability.services import fsck, publisher

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", replica.ALIAS]),
    pytest.mark.usefixtures("log_keys"),
]


@pytest.fixture
def standby() -> Iterator[Standby]:
    with following() as found:
        yield found


@pytest.fixture
def django_db_setup(django_db_setup: None, standby: Standby) -> Iterator[None]:
    """Name the replica before Django decides which databases the test may use."""
    primary = connections["default"].settings_dict
    connections.settings[replica.ALIAS] = copy.deepcopy(primary) | {"HOST": standby.host, "CONN_MAX_AGE": 0}
    yield
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]
    del connections.settings[replica.ALIAS]


@pytest.fixture
def replicated(standby: Standby, settings: Settings) -> Standby:
    """A replica that may lag for as long as a test takes."""
    settings.REPLICA_MOST_LAG_SECONDS = 3600
    return standby


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(replica, "_look", replica._Look())


def caught_up(standby: Standby) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        (position,) = cursor.fetchone()
    wait_until(
        lambda: bool(standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")), what="the replica follows"
    )


def page(lot: Lot, client: Client) -> int:
    return client.get(f"/trace/{lot.pk}", headers={"Accept": "application/json"}).status_code


def size_there(client: Client) -> int:
    return int(client.get("/checkpoint").content.splitlines()[1])


def test_strangers_read_the_replica_and_who_is_logged_in_the_primary(
    replicated: Standby, farmer: Membership, client: Client
) -> None:
    farm.make_plot(farmer)
    publish()
    caught_up(replicated)
    replicated.ask("SELECT pg_wal_replay_pause()")
    farm.make_plot(farmer, number="two")
    publish()

    seen_by_a_stranger = size_there(client)
    client.force_login(farmer.user)

    assert (seen_by_a_stranger, size_there(client)) == (1, 2)
    replicated.ask("SELECT pg_wal_replay_resume()")
    caught_up(replicated)
    assert size_there(Client()) == 2


def test_what_has_not_arrived_yet_is_found_on_the_primary(
    replicated: Standby, farmer: Membership, client: Client
) -> None:
    caught_up(replicated)
    replicated.ask("SELECT pg_wal_replay_pause()")
    lot = farm.make_lot(farmer)
    publish()

    assert page(lot, client) == 200


def test_a_replica_that_lags_or_dies_is_told_and_not_read(
    replicated: Standby, farmer: Membership, client: Client, settings: Settings
) -> None:
    farm.make_plot(farmer)
    publish()
    caught_up(replicated)
    assert client.get("/readyz").json()["replica"] == "ok"

    settings.REPLICA_MOST_LAG_SECONDS = 0
    replicated.ask("SELECT pg_wal_replay_pause()")
    farm.make_plot(farmer, number="two")
    publish()

    wait_until(lambda: "s behind" in client.get("/readyz").json()["replica"], what="the lag is told")
    assert size_there(client) == 2
    os.kill(replicated.pid, signal.SIGQUIT)
    wait_until(lambda: client.get("/readyz").json()["replica"] == "OperationalError", what="the death is told")
    assert size_there(client) == 2


def test_a_promoted_replica_holds_the_same_log_and_goes_on(
    replicated: Standby, farmer: Membership, settings: Settings
) -> None:
    farm.make_plot(farmer)
    publish()
    farm.make_plot(farmer, number="two")
    signed = publish()
    root = proofs.root(2)
    caught_up(replicated)

    assert replicated.ask("SELECT pg_promote()") is True
    assert replica.fault() == "is a primary of its own"

    with in_place_of_the_primary():
        assert (LogState.objects.get().size, proofs.root(2)) == (2, root)
        assert list(fsck.Fsck().faults()) == []
        farm.make_plot(Membership.objects.get(pk=farmer.pk), number="three")
        assert publish().size == 3
        assert proofs.consistency(signed.size, 3) != []
    # The old primary, which comes back with less than is signed by now, signs nothing more.
    with pytest.raises(publisher.PublishError, match="log of size 2: is below the checkpoint of size 3"):
        publisher.publish_once(at=farm.NOW)


@contextlib.contextmanager
def in_place_of_the_primary() -> Iterator[BaseDatabaseWrapper]:
    with replica.reading():
        yield connections["default"]
