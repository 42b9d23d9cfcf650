"""Generated farms for scores: no farm, bank or loan of this world. Everything in them follows from a number."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger.bundle import Bundle, BundleHead, Disclosure, build_bundle
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.commitment import commit
from traceability.ledger.encoding import base64_text
from traceability.ledger.leaf import Actor, Leaf, key_id, leaf_bytes, sign_leaf
from traceability.ledger.merkle import leaf_hash, node_hash
from traceability.ledger.note import Ed25519Signer, sign_note
from traceability.ledger.policy import Policy, TrustedKey
from traceability.ledger.proof import build_proof, inclusion_coordinates
from traceability.ledger.scores import (
    Card,
    Claim,
    Evidence,
    Features,
    Told,
    approval_text,
    build_evidence,
    evidence_root,
    features_of,
    judge,
    levels_of,
    record_bytes,
    sign_record,
    told_of,
)
from traceability.ledger.scores.record import moment_text

ORIGIN = "generated.example/log1"
LOG = Ed25519Signer(ORIGIN, bytes(range(32)))
SCORER = Ed25519Signer(f"{ORIGIN}/scores", bytes(range(1, 33)))
FARMER, LABORATORY, PROCESSOR, SHOP, BANK, RELATIVE, OPERATOR = (str(UUID(int=number)) for number in range(1, 8))
PARTIES = {LABORATORY: "LABORATORY", PROCESSOR: "PROCESSOR", SHOP: "MARKETPLACE", OPERATOR: "OPERATOR"}
AS_OF = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_OPENED = frozenset({"subject", "supplies", "kg", "price_fen"})


@dataclass(frozen=True)
class Entry:
    """One event before it has its place: the leaf, when it came, what of it is private."""

    leaf: Leaf
    received: datetime
    private: Mapping[str, Any]
    salts: Mapping[str, bytes]


@dataclass
class Book:
    """What is told of one farm, in the order in which it comes."""

    seed: int
    entries: list[Entry] = field(default_factory=list)
    parties: dict[str, str] = field(default_factory=lambda: dict(PARTIES))

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._key = Ed25519PrivateKey.from_private_bytes(self.random.randbytes(32))
        self._has_key = False

    def new_id(self) -> str:
        """Give an id that follows from the seed."""
        return str(UUID(bytes=self.random.randbytes(16), version=4))

    def new(self, kind: str) -> str:
        """Name a new history."""
        return f"{kind}:{self.new_id()}"

    def tell(  # noqa: PLR0913 - what an event is made of
        self,
        name: str,
        entity: str,
        at: datetime,
        *,
        by: str = FARMER,
        body: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
        lag: timedelta = timedelta(minutes=5),
        signed: bool = False,
        attested: str = "account",
        helper_of: str | None = None,
    ) -> str:
        """Tell one event, and give its id."""
        private = private or {}
        salts = {path: self.random.randbytes(32) for path in private}
        leaf = Leaf(
            log=ORIGIN,
            id=self.new_id(),
            type=name,
            entity=entity,
            time=moment_text(at),
            actor=Actor(by, by, "device" if signed else attested, helper_of),
            body=dict(body or {}),
            commit={path: commit(path, value, salts[path]) for path, value in private.items()},
        )
        if signed:
            self._add_key(at, lag)
            leaf = sign_leaf(leaf, self._key)
        self.entries.append(Entry(leaf, at + lag, private, salts))
        return leaf.id

    def told(self) -> list[Told]:
        """Give what a score is reckoned from, straight."""
        return [Told(one.leaf, one.received, dict(one.private)) for one in self._placed()]

    def features(self, card: Card, *, as_of: datetime = AS_OF) -> Features:
        """Reckon the farm's figures."""
        return features_of(self.told(), subject=FARMER, as_of=as_of, parties=self.parties, yields=card.yields)

    def _placed(self) -> list[Entry]:
        heads: dict[str, tuple[int, str]] = {}
        placed = []
        for one in sorted(self.entries, key=lambda one: one.received):
            eseq, prev = heads.get(one.leaf.entity, (0, ""))
            leaf = one.leaf.after(eseq=eseq, prev=prev or None)
            heads[leaf.entity] = (eseq + 1, leaf_hash(leaf_bytes(leaf)).hex())
            placed.append(replace(one, leaf=leaf))
        return placed

    def _add_key(self, at: datetime, lag: timedelta) -> None:
        if self._has_key:
            return
        self._has_key = True
        public = self._key.public_key().public_bytes_raw()
        self.tell("key.add", f"key:{key_id(public)}", at, body={"public": base64_text(public)}, lag=lag / 2)


def make_farm(seed: int, *, card: Card, mu: str = "12.00", consent_at: datetime = AS_OF) -> Book:
    """Make a farm with two or three seasons, some of them badly worked, some thinly known."""
    book = Book(seed)
    _register(book, card, consent_at)
    plot = book.new("plot")
    years = (2024, 2025, 2026)[book.random.randrange(2) :]
    begun = datetime(years[0], 4, 1, 1, 0, tzinfo=UTC)
    area = {"declared_mu": mu, "measured_mu": mu, "boundary_kind": "Polygon"}
    book.tell("plot.registered", plot, begun, body={"holder": FARMER, "number": "G-1", **area})
    for year in years:
        make_season(book, plot, year, mu=mu)
    make_orders(book, plot, kg=_kilograms(mu, 300))
    return book


def make_season(book: Book, plot: str, year: int, *, mu: str, lots: int = 7) -> str:
    """Let a season run: worked week by week, harvested in lots, weighed, tested."""
    pick, season = book.random, book.new("season")
    begun = datetime(year, 4, 20, 1, 0, tzinfo=UTC)
    opened = {"plot": plot, "crop": "rice", "variety": "generated", "year": year, "area_mu": mu}
    book.tell("season.opened", season, begun, body=opened)
    for week in range(22):
        if pick.random() < 0.15:
            continue
        day = begun + timedelta(days=7 * week, hours=pick.randrange(12))
        late = timedelta(days=4) if pick.random() < 0.03 else timedelta(hours=pick.randrange(1, 20))
        body = {"date": day.date().isoformat(), "method": "flooding"}
        book.tell("growth.irrigated", season, day, body=body, lag=late, signed=pick.random() < 0.2)
    grams = int(float(_kilograms(mu, 620)) * pick.uniform(0.85, 1.15) * 1000 / lots)
    for number in range(lots):
        make_lot(book, season, begun + timedelta(days=150 + number), kg=f"{grams // 1000}.{grams % 1000:03}")
    return season


def make_lot(book: Book, season: str, at: datetime, *, kg: str) -> str:
    """Harvest a lot, have it tested, and let the buyer weigh it."""
    lot, day = book.new("lot"), at.date().isoformat()
    book.tell("season.harvested", season, at, body={"date": day, "lot": lot, "kg": kg})
    book.tell("lot.harvested", lot, at, body={"season": season, "kg": kg, "crop": "rice", "date": day})
    conclusion = "non_conforming" if book.random.random() < 0.02 else "conforming"
    tested = {"laboratory": LABORATORY, "conclusion": conclusion, "date": day}
    book.tell("test.reported", lot, at + timedelta(days=1), by=LABORATORY, body=tested)
    received = {"kg": kg, "date": day}
    book.tell("lot.received", lot, at + timedelta(days=3), by=PROCESSOR, body=received)
    return lot


def make_orders(book: Book, plot: str, *, kg: str, count: int = 8) -> None:
    """Sell ahead: most of it delivered in its window, some late, some prepaid and still to come."""
    for number in range(count):
        ahead = number >= count - 2
        start = AS_OF + timedelta(days=20) if ahead else AS_OF - timedelta(days=40 + 60 * number)
        make_promise(book, plot, start, kg=kg, delivered_after=None if ahead else book.random.choice((1, 2, 3, 4, 15)))


def make_promise(  # noqa: PLR0913 - what a promise is made of
    book: Book, plot: str, start: datetime, *, kg: str, delivered_after: int | None, shop: str = SHOP
) -> str:
    """Promise goods for a window of ten days; `delivered_after` days from its begin they arrive, or never."""
    plan, order, allocation = book.new("plan"), book.new("order"), book.new("allocation")
    window = f"{start.date()}/{(start + timedelta(days=9)).date()}"
    told = min(start, AS_OF - timedelta(days=9))
    supplies = [{"grade": 0, "window": window, "p50_kg": kg}]
    body = {"plot": plot, "product": "rice"}
    book.tell("plan.submitted", plan, told - timedelta(days=3), body=body, private={"supplies": supplies})
    book.tell("order.placed", order, told - timedelta(days=2), by=shop, body={"channel": "shop", "lines": 1})
    line = {"line": book.new_id()}
    book.tell("order.deposit_paid", order, told - timedelta(days=2), by=shop, body=line, private={"fen": 1000})
    private = {"kg": kg, "price_fen": 420}
    firmed = {"order": order, "plan": plan}
    book.tell("allocation.firmed", allocation, told - timedelta(days=1), by=shop, body=firmed, private=private)
    if delivered_after is not None:
        arrived = start + timedelta(days=delivered_after)
        book.tell("allocation.delivered", allocation, arrived, by=shop, private={"kg": kg})
    return allocation


def make_evidence(book: Book, card: Card, *, as_of: datetime = AS_OF) -> bytes:
    """Bring a farm's events into a log of its own, score it, and write the evidence file."""
    placed = book._placed()  # noqa: SLF001 - the same thing, told in two ways
    leaves = [leaf_bytes(one.leaf) for one in placed]
    tree = _Tree([leaf_hash(one) for one in leaves])
    checkpoint = Checkpoint(ORIGIN, len(leaves), tree.root())
    consent = next(one.leaf.entity for one in placed if one.leaf.type == "consent.granted")
    order = sorted(range(len(placed)), key=lambda place: (placed[place].leaf.entity, placed[place].leaf.eseq))
    newest = {placed[place].leaf.entity: place for place in order}
    bundle = Bundle(
        policy=Policy(logs=(TrustedKey(LOG.vkey),)).text(),
        checkpoint=sign_checkpoint(checkpoint, LOG),
        subject=consent,
        heads=tuple(
            BundleHead(name, placed[place].leaf.eseq, leaf_hash(leaves[place]).hex(), place, tree.proof(place))
            for name, place in newest.items()
        ),
        records=tuple(leaves[place] for place in order),
        disclosed=tuple(_disclosures(placed)),
    )
    received = {one.leaf.id: moment_text(one.received) for one in placed}
    ids = [placed[place].leaf.id for place in order]
    root = evidence_root(bundle, received, book.parties, ids)
    claim = Claim(
        subject=FARMER,
        as_of=as_of,
        consent=consent,
        tree_size=checkpoint.size,
        tree_root=checkpoint.root.hex(),
        evidence_root=root,
    )
    opened = {one.leaf.id: {path: one.private[path] for path in one.private if path in _OPENED} for one in placed}
    told = told_of((one.leaf for one in placed), received, opened)
    levels = levels_of(told, card.id, as_of=as_of, vkeys=[str(SCORER.vkey)])
    features = features_of(told, subject=FARMER, as_of=as_of, parties=book.parties, yields=card.yields)
    record = record_bytes(card, claim, judge(card, features, seed=bytes.fromhex(root), levels=levels))
    return build_evidence(
        Evidence(card.data, record, sign_record(record, SCORER), build_bundle(bundle), received, book.parties)
    )


def _register(book: Book, card: Card, consent_at: datetime) -> None:
    early, entity = datetime(2024, 1, 1, tzinfo=UTC), f"card:{card.id}"
    registered = {"card_sha256": card.id, "kind": card.kind}
    book.tell("card.registered", entity, early, by=OPERATOR, body=registered)
    approval = sign_note(approval_text(card.id, OPERATOR), SCORER).rstrip("\n")
    approved = {"vkey": str(SCORER.vkey), "approval": approval}
    book.tell("card.approved", entity, early + timedelta(hours=1), by=OPERATOR, body=approved)
    given = {"version": 1, "until": "2027-01-31", "method": "app"}
    private = {"subject": FARMER, "recipient": BANK, "purpose": "loan_pre_assessment"}
    at = consent_at - timedelta(hours=2)
    book.tell("consent.granted", book.new("consent"), at, body=given, private=private)


def _disclosures(placed: Sequence[Entry]) -> Iterable[Disclosure]:
    for one in placed:
        for path in one.private:
            if path in _OPENED and one.leaf.type != "allocation.delivered":
                yield Disclosure(one.leaf.id, path, one.salts[path], one.private[path])


def _kilograms(mu: str, each: int) -> str:
    return f"{float(mu) * each:.3f}".rstrip("0").rstrip(".")


class _Tree:
    """A tree in memory, each node worked out once (RFC 6962, 2.1)."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._rows = [list(leaves)]
        while len(self._rows[-1]) > 1:
            row = self._rows[-1]
            self._rows.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)])

    def root(self) -> bytes:
        """Give the root: complete subtrees folded from the right."""
        size, at, found = len(self._rows[0]), 0, []
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                found.append(self._rows[level][at >> level])
                at += 1 << level
        root = found.pop()
        while found:
            root = node_hash(found.pop(), root)
        return root

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Prove one leaf."""
        groups = inclusion_coordinates(index, len(self._rows[0]))
        return tuple(build_proof(groups, lambda level, place: self._rows[level][place]))
