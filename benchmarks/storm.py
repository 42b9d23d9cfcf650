"""A storm on the whole product: farmers, phones, consumers, a mill, a shop and a bank at once, on real engines.

    python -m benchmarks.storm [--seconds 60] [--rate 1] [--farms 8] [--seed 7]

Matching and verification run beside them. At rate 1 each farm's phone sends a burst of 50 entries a second, of which
three in ten were sent before: a season's work in a minute. Prints one line of JSON: rates, waiting times from when a
request was due, answers by status; then whether the chain verifies, nothing acknowledged is lost, and kilograms and
books balance. Exits with 1 where they don't. All people, farms and orders are generated. Every process that it starts
it stops, by its number.
"""

import argparse
import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ground import engines, set_up_product
from benchmarks.limits import measure
from benchmarks.storm_bank import Bank
from benchmarks.storm_people import Farm, Former, Mill, Phone, Reader, Shop, seed_of
from benchmarks.storm_traffic import Address, Answer, Client, Storm, Tally, ask
from scripts.demo import ENTRYPOINT, READY, ROLES
from scripts.engines import free_port
from scripts.processes import Troupe

if TYPE_CHECKING:
    from benchmarks.storm_market import BankSite, Market, MillSite

_PATIENCE = 120.0
# How often each does what it does at rate 1, in seconds, with one client of it for each farm or site.
_EVERY = {"phones": 1.0, "forms": 1.0, "pages": 0.8, "proofs": 2.0, "mill": 0.7, "shop": 0.5, "bank": 1.0}
_BESIDE = {"matching": ("orders.replan", 10.0), "verification": ("traceability.request_incremental", 10.0)}
# Far above what one party may ask on the platform, so that the storm measures the product and not its limits.
_RATES = dict.fromkeys(("API_RATE", "CAPTURE_RATE", "EVENTS_RATE", "PHONES_RATE", "BANK_RATE"), "100000/min")


@dataclass(frozen=True)
class World:
    """Who is there."""

    farms: Sequence[Farm]
    market: "Market"
    mill: "MillSite"
    bank: "BankSite"


def main() -> None:
    """Run the storm and tell of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1, help="so many times the usual pace")
    parser.add_argument("--farms", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with engines() as running:
        os.environ |= _RATES | {
            "PERSONAL_SCORE_OUTBOUND": "1",
            "SCORE_OUTBOUND_SHAPE": "bureau",
            "PUBLISHING_STEPS": "traceability.services.tiles.TileStep",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }
        limits = measure(running.environ["DATABASE_OWNER_URL"])
        set_up_product()
        found = _storm(options)
    found = {"generated": True, "seconds": options.seconds, "rate": options.rate, "limits": limits, **found}
    print(json.dumps(found))
    sys.exit(0 if found["good"] else 1)


def _storm(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import storm_checks  # noqa: PLC0415 - after Django was set up

    world = _make_world(options.farms)
    tally = Tally()
    with _product() as address:
        _wait_until(storm_checks.is_settled, "the log is signed")
        people = _people(world, address, tally, seed=options.seed)
        clients = _clients(people, rate=options.rate)
        storm = Storm(clients, tally)
        began = time.monotonic()
        storm.start()
        time.sleep(options.seconds)
        storm.stop()
        seconds = time.monotonic() - began
        _settle(people)
        _wait_until(storm_checks.is_settled, "what was taken is in the log and signed")
        settled = time.monotonic() - began - seconds
        judged = storm_checks.judge(tally.acknowledged, people.shop.placed)
    good = storm_checks.is_good(judged) and tally.statuses()["500"] == 0
    kinds = tally.report(seconds=seconds)
    return {
        "clients": len(clients),
        "kinds": kinds,
        "settled_seconds": round(settled, 2),
        "after": judged,
        "good": good,
    }


def _make_world(count: int) -> World:
    from django.utils import timezone  # noqa: PLC0415 - after Django was set up

    from benchmarks import storm_market, storm_world  # noqa: PLC0415 - likewise

    at = timezone.now()
    storm_market.make_operator(at=at)
    farms = [storm_world.make_farm(number, at=at) for number in range(count)]
    market = storm_market.make_market(farms, at=at)
    return World(farms, market, storm_market.make_mill(at=at), storm_market.make_bank(farms, at=at))


@dataclass(frozen=True)
class People:
    """The clients by kind."""

    phones: Sequence[Phone]
    formers: Sequence[Former]
    reader: Reader
    mill: Mill
    shop: Shop
    bank: Bank


def _people(world: World, address: Address, tally: Tally, *, seed: int) -> People:
    def shared(name: str) -> dict[str, Any]:
        return {"address": address, "tally": tally, "chance": seed_of(f"{seed} {name}")}

    return People(
        phones=[Phone(**shared(f"phone {n}"), farm=farm) for n, farm in enumerate(world.farms)],
        formers=[Former(**shared(f"form {n}"), farm=farm) for n, farm in enumerate(world.farms)],
        reader=Reader(**shared("reader"), paths=[farm.trace for farm in world.farms]),
        mill=Mill(**shared("mill"), farm=world.farms[0], **_said(world.mill)),
        shop=Shop(**shared("shop"), **_said(world.market)),
        bank=Bank(**shared("bank"), **_said(world.bank)),
    )


def _said(site: Any) -> dict[str, Any]:
    return {name: getattr(site, name) for name in site.__slots__}


def _clients(people: People, *, rate: float) -> list[Client]:
    acts = {
        "phones": [phone.sync for phone in people.phones],
        "forms": [former.press for former in people.formers],
        "pages": [people.reader.scan] * 8,
        "proofs": [people.reader.prove] * 4,
        "mill": [people.mill.step],
        "shop": [people.shop.step],
        "bank": [people.bank.query],
    }
    found = [
        Client(kind, _EVERY[kind] / rate, act, delay=_EVERY[kind] / rate * place / len(of))
        for kind, of in acts.items()
        for place, act in enumerate(of)
    ]
    return found + [Client(f"ask for {kind}", every, _asking(task)) for kind, (task, every) in _BESIDE.items()]


def _asking(task: str) -> Any:
    """Send a task as beat does, only more often."""
    from celery import current_app  # noqa: PLC0415 - after Django was set up

    def send() -> Answer:
        current_app.send_task(task)
        return Answer(200)

    return send


def _settle(people: People) -> None:
    """Let everybody send what nobody has acknowledged."""

    def is_all_sent() -> bool:
        for phone in people.phones:
            if phone.waiting:
                phone.send(list(phone.waiting.values())[: phone.burst])
        for former in people.formers:
            if former.waiting:
                former.press()
        return not any(phone.waiting for phone in people.phones) and not any(one.waiting for one in people.formers)

    _wait_until(is_all_sent, "all is acknowledged")


@contextmanager
def _product() -> Iterator[Address]:
    """Run every part by the script that images and the demonstration run, and stop them at the end."""
    var = Path(os.environ["SUYUAN_VAR"])
    port = free_port()
    environ: Mapping[str, str] = os.environ | {"WEB_BIND": f"127.0.0.1:{port}"}
    troupe = Troupe(var, environ)
    troupe.run(ENTRYPOINT, "collect")
    try:
        members = {role: troupe.start(role, ENTRYPOINT, role) for role in ROLES}
        address = ("127.0.0.1", port)
        troupe.wait_until(lambda: _is_alive(address), "web", seconds=_PATIENCE)
        for role, word in READY.items():
            troupe.wait_until(
                lambda member=members[role], word=word: word in member.written(),  # type: ignore[misc]
                role,
                seconds=_PATIENCE,
            )
        yield address
        troupe.check()
    finally:
        troupe.stop()


def _is_alive(address: Address) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return ask(address, "GET", "/healthz").status == 200


def _wait_until(holds: Any, what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"storm: not after {_PATIENCE:g} s: {what}")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
