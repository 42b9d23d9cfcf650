"""Who asks in a storm: farmers' phones and forms, consumers, a mill, a shop and a bank. They know no Django."""

import base64
import json
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.storm_traffic import Address, Answer, Tally, ask
from traceability.ledger import canonicalize
from traceability.ledger.commitment import commit
from traceability.ledger.leaf import key_id

BURST = 50
RESENT = 0.3
_CHINA = timezone(timedelta(hours=8))
_FIELD = "x" * 32
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Farm:
    """What a farmer's devices know."""

    log: str
    session: str
    actor: Mapping[str, str]
    season: str
    key: str
    trace: str
    api_key: str = ""

    def headers(self) -> dict[str, str]:
        """Give what a browser of somebody who is logged in sends along."""
        return {"Cookie": f"sessionid={self.session}; csrftoken={_FIELD}", "X-CSRFToken": _FIELD}


@dataclass
class Sender:
    """What all who send have in common."""

    address: Address
    tally: Tally
    chance: random.Random
    timeout: float = 30

    def new_id(self) -> str:
        """Make the id of a record."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def ask(self, method: str, path: str, **said: Any) -> Answer:
        """Ask once."""
        return ask(self.address, method, path, timeout=self.timeout, **said)


@dataclass
class Phone(Sender):
    """Logs without a network, and sends what it has in bursts; what nobody acknowledged it sends again."""

    farm: Farm = field(kw_only=True)
    burst: int = BURST
    kind: str = "phones"

    def __post_init__(self) -> None:
        """Open the key."""
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.farm.key))
        self.waiting: dict[str, dict[str, Any]] = {}
        self._sent: list[dict[str, Any]] = []

    def log(self, count: int) -> None:
        """Write entries down on the phone."""
        for _ in range(count):
            entry = self.entry()
            self.waiting[entry["content"]["id"]] = entry

    def sync(self) -> Answer:
        """Log a burst and send it, together with entries that had arrived before."""
        resent = round(self.burst * RESENT)
        self.log(max(0, self.burst - resent - len(self.waiting)))
        fresh = list(self.waiting.values())[: self.burst]
        again = self.chance.sample(self._sent, min(resent, len(self._sent), self.burst - len(fresh)))
        return self.send([*fresh, *again])

    def send(self, entries: Sequence[Mapping[str, Any]]) -> Answer:
        """Send entries, and forget those that were acknowledged."""
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "entries": entries}).encode()
        answer = self.ask("POST", "/api/fieldwork/entries", body=body, headers={**_JSON, **self.farm.headers()})
        if answer.status == 200:
            self._hear(answer.members()["results"])
        return answer

    def _hear(self, results: Sequence[Mapping[str, Any]]) -> None:
        refused = [one for one in results if one["state"] == "refused"]
        if refused:
            raise AssertionError(f"refused: {refused[0]}")
        kept = [str(one["id"]) for one in results if one["state"] in {"taken", "repeated"}]
        for record in kept:
            entry = self.waiting.pop(record, None)
            if entry:
                self._sent.append(entry)
        self.tally.acknowledge(self.kind, kept)

    def entry(self) -> dict[str, Any]:
        """Make one entry and sign it: a watering, with a private remark."""
        moment = datetime.now(UTC) - timedelta(hours=2, seconds=self.chance.randrange(3600))
        salt = self.chance.randbytes(32)
        water = str(self.chance.randrange(10, 60))
        content = {
            "v": 1,
            "log": self.farm.log,
            "id": self.new_id(),
            "type": "growth.irrigated",
            "entity": self.farm.season,
            "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "actor": {**self.farm.actor, "attested": "device"},
            "body": {
                "date": moment.astimezone(_CHINA).date().isoformat(),
                "water_m3": water,
                "typed": {"value": water, "unit": "m3"},
            },
            "commit": {"note": commit("note", "东头先浇", salt)},
        }
        signature = self._key.sign(b"suyuan/event/v1\n" + canonicalize(content))
        public = self._key.public_key().public_bytes_raw()
        signed = {**content, "sig": {"key": key_id(public), "ed25519": base64.b64encode(signature).decode()}}
        salts = {"note": base64.b64encode(salt).decode()}
        saved = (moment + timedelta(minutes=1)).isoformat()
        return {"content": signed, "private": {"note": "东头先浇"}, "salts": salts, "saved_at": saved}


@dataclass
class Former(Sender):
    """Fills in the web form; presses the button again until it is told that the record is there."""

    farm: Farm = field(kw_only=True)
    kind: str = "forms"

    def __post_init__(self) -> None:
        """Begin with an empty form."""
        self.waiting: dict[str, str] = {}

    def press(self) -> Answer:
        """Send the form: a new one, or the one that was not taken yet."""
        if not self.waiting:
            now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
            self.waiting = {
                "record_id": self.new_id(),
                "opened_at": now.isoformat(),
                "day": now.astimezone(_CHINA).date().isoformat(),
                "water_m3": str(self.chance.randrange(10, 60)),
                "csrfmiddlewaretoken": _FIELD,
            }
        path = f"/seasons/{self.farm.season.partition(':')[2]}/log/irrigated/"
        body = urlencode(self.waiting).encode()
        answer = self.ask("POST", path, body=body, headers={**_FORM, **self.farm.headers()})
        if answer.status == 302:
            self.tally.acknowledge(self.kind, [self.waiting["record_id"]])
            self.waiting = {}
        elif answer.status == 200:
            raise AssertionError("the form came back with an error in it")
        return answer


@dataclass
class Reader(Sender):
    """A consumer who scans a bag, and whose browser fetches the proof now and then."""

    paths: Sequence[str] = field(kw_only=True)

    def scan(self) -> Answer:
        """Open the page of a bag."""
        return self.ask("GET", self.chance.choice(self.paths), headers={"Accept": "text/html"})

    def prove(self) -> Answer:
        """Fetch the bundle with the proofs."""
        return self.ask("GET", self.chance.choice(self.paths), headers={"Accept": "application/json"})


@dataclass
class Machine(Sender):
    """A partner's machine: it sends a record again until it is answered for."""

    kind: str = field(kw_only=True)

    def __post_init__(self) -> None:
        """Begin with nothing to send."""
        self.todo: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def step(self) -> Answer:
        """Send the first thing on the list."""
        if not self.todo:
            self.plan()
        path, sent, headers = self.todo[0]
        body = json.dumps(sent).encode()
        answer = self.ask("POST", path, body=body, headers={**_JSON, **headers, **self.seal(body)})
        if answer.status in {200, 201}:
            self.todo.pop(0)
            if "id" in sent:
                self.tally.acknowledge(self.kind, [sent["id"]])
            self.heard(path, answer.members())
        elif answer.status and answer.status not in {429, 502, 503, 504}:
            raise AssertionError(f"{path}: {answer.status} {answer.body[:300]!r}")
        return answer

    def plan(self) -> None:
        """Say what is to be sent next."""
        raise NotImplementedError

    def heard(self, path: str, answer: Any) -> None:
        """Go on after an answer."""

    def seal(self, body: bytes) -> dict[str, str]:  # noqa: ARG002 - others sign what they send
        """Give headers that depend on the body."""
        return {}


@dataclass
class Mill(Machine):
    """Buys what a farm harvests, weighs it and mills it: four records and a lot of white rice each round."""

    farm: Farm = field(kw_only=True)
    party: str = field(kw_only=True)
    api_key: str = field(kw_only=True)
    kind: str = "mill"

    def plan(self) -> None:
        """Begin with the harvest; what follows needs the ids in the answers."""
        kg = str(self.chance.randrange(500, 1500))
        season = self.farm.season.partition(":")[2]
        self._add("/api/v1/harvests", self.farm.api_key, season=season, kg=kg)

    def heard(self, path: str, answer: Any) -> None:
        """Ship the harvest, take it in, mill it."""
        if path.endswith("/harvests"):
            self._lot, self._kg = answer["id"], answer["kg"]
            self._add("/api/v1/shipments", self.farm.api_key, lot=self._lot, to=self.party)
        elif path.endswith("/shipments"):
            self._add(f"/api/v1/shipments/{answer['id']}/acceptance", self.api_key, net_kg=self._kg)
        elif path.endswith("/acceptance"):
            out = {"kg": str(int(float(self._kg) * 0.65)), "product_form": "milled rice", "product_name": "大米"}
            inputs = [{"lot": self._lot, "kg": self._kg}]
            text = "稻壳和米糠没有过磅"
            more = {"process": "milling", "inputs": inputs, "outputs": [out], "balance_reason": text}
            self._add("/api/v1/processes", self.api_key, **more)

    def _add(self, path: str, key: str, **sent: Any) -> None:
        moment = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        self.todo.append((path, {"id": self.new_id(), "time": moment, **sent}, {"Authorization": f"Bearer {key}"}))


@dataclass
class Shop(Machine):
    """Sends presale orders as a channel's machine does, three in ten of them a second time."""

    path: str = field(kw_only=True)
    offer: str = field(kw_only=True)
    region: str = field(kw_only=True)
    secret: str = field(kw_only=True)
    kind: str = "shop"

    def __post_init__(self) -> None:
        """Begin with no order."""
        super().__post_init__()
        self.placed: dict[str, str] = {}
        self._orders: list[dict[str, Any]] = []

    def plan(self) -> None:
        """Make an order, or take one that was sent before."""
        if self._orders and self.chance.random() < RESENT:
            self.todo.append((self.path, self.chance.choice(self._orders), {}))
            return
        line = {"offer": self.offer, "kg": str(self.chance.randrange(5, 60)), "region": self.region}
        order = {"number": self.new_id(), "time": datetime.now(UTC).isoformat(), "lines": [line], "buyer": "李女士"}
        self._orders.append(order)
        self.todo.append((self.path, order, {}))

    def heard(self, path: str, answer: Any) -> None:
        """Remember the order; the same number must always be the same order."""
        del path
        known = self.placed.setdefault(answer["number"], answer["id"])
        if known != answer["id"]:
            raise AssertionError(f"order {answer['number']}: is {known} and {answer['id']}")

    def seal(self, body: bytes) -> dict[str, str]:
        """Sign by the Standard Webhooks specification."""
        from orders.webhook import sign  # noqa: PLC0415 - whoever needs no shop needs none of it

        message, now = secrets.token_hex(8), int(time.time())
        signature = sign(body, message_id=message, seconds=now, secret=self.secret)
        return {"webhook-id": message, "webhook-timestamp": str(now), "webhook-signature": signature}


def seed_of(text: str) -> random.Random:
    """Give dice that fall the same way each time for one name."""
    return random.Random(uuid5(UUID(int=0), text).int)
