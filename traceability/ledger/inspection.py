"""Judging a bundle, record by record, and saying which one failed and why.

Every chain is walked backwards from a head that the signed tree holds. Each intact record names the hash of the one
before it, and the hashes of its inputs; so a damaged record is found where its bytes differ from the hash that an
intact witness names, and what lies behind it cannot be reached any more.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.bundle import Bundle, BundleHead, Disclosure, parse_bundle
from traceability.ledger.checkpoint import Checkpoint
from traceability.ledger.commitment import verify_opening
from traceability.ledger.errors import BundleError, CommitmentError, LeafError, ProofError
from traceability.ledger.leaf import KEY_REVOKED, Leaf, content, parse_leaf
from traceability.ledger.merkle import leaf_hash
from traceability.ledger.note import Note, open_note
from traceability.ledger.policy import Policy, parse_policy
from traceability.ledger.proof import verify_inclusion

# The chain that a record belongs to, and its number there.
Place = tuple[str, int]


class State(Enum):
    """What can be said of a record: proven as it stands, damaged, or out of reach behind a damaged one."""

    INTACT = "intact"
    BROKEN = "broken"
    UNPROVEN = "unproven"


@dataclass(slots=True)
class RecordVerdict:
    """The judgement of one record.

    `leaf` is what the record says, where its bytes are proven; `index` is its place in the log, where that is known.
    """

    entity: str
    eseq: int
    state: State = State.UNPROVEN
    reason: str = "nothing that is proven names it"
    leaf: Leaf | None = None
    index: int | None = None

    def blame(self, reason: str) -> None:
        """Turn the record red, keeping the first reason."""
        if self.state is not State.BROKEN:
            self.state, self.reason = State.BROKEN, reason

    def text(self) -> str:
        """Name the record and the fault in one line."""
        return f"event {self.eseq} of {self.entity} is {self.state.value}: {self.reason}"


@dataclass(slots=True)
class Inspection:
    """A bundle whose checkpoint verifies, with a verdict for every record and the faults that are no record's own."""

    bundle: Bundle
    checkpoint: Checkpoint
    note: Note
    records: list[RecordVerdict] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    signatures: int = 0
    openings: int = 0

    def problems(self) -> list[str]:
        """List every fault in one line each: damaged records, then unreachable ones, then the rest."""
        by_state = [[v.text() for v in self.records if v.state is state] for state in (State.BROKEN, State.UNPROVEN)]
        return [*by_state[0], *by_state[1], *self.faults]


def inspect_bundle(data: bytes, *, vkeys: Sequence[str], policy: Policy | None = None) -> Inspection:
    """Judge every record of a bundle, whatever is wrong with some of them.

    Raises BundleError or NoteError only where there is nothing to judge by: the file is malformed, or its checkpoint is
    not signed as its policy asks and, where `vkeys` or a `policy` of the reader's own are given, by one of those and as
    that asks, too.
    """
    bundle = parse_bundle(data)
    checkpoint, note = _open(bundle, vkeys)
    if policy is not None:
        # The file's policy tells whom its maker trusts; a quorum counts where the reader asks for it.
        policy.open_checkpoint(bundle.checkpoint)
    inspection = Inspection(bundle, checkpoint, note)
    walk = _Walk(inspection)
    walk.run()
    inspection.records = walk.verdicts
    _check_signatures(inspection)
    _check_disclosed(inspection)
    _check_lists(inspection)
    return inspection


def _open(bundle: Bundle, vkeys: Sequence[str]) -> tuple[Checkpoint, Note]:
    policy = parse_policy(bundle.policy)
    if policy.text() != bundle.policy:
        raise BundleError("bundle.policy: not in the form that a bundle carries it in")
    checkpoint, note = policy.open_checkpoint(bundle.checkpoint)
    # A verifier ignores signatures of unknown keys; in a bundle they would be bytes that anyone may change.
    if note.unverified:
        raise BundleError("bundle.checkpoint: signed by a key that the policy does not list")
    if vkeys:
        open_note(bundle.checkpoint, list(dict.fromkeys(vkeys)))
    return checkpoint, note


@dataclass(frozen=True, slots=True)
class _Claim:
    """That the record at a place has a hash, and who says so: the tree, or an intact record."""

    place: Place
    wanted: str
    witness: str
    by_input_of: RecordVerdict | None = None


class _Walk:
    """Follows the claims of heads and intact records until no new one is found."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._claims: deque[_Claim] = deque()
        self._records = dict(_placed(inspection.bundle))
        self._by_place = {place: RecordVerdict(*place) for place in self._records}
        self.verdicts = list(self._by_place.values())

    def run(self) -> None:
        for head in self._inspection.bundle.heads:
            self._claim_head(head)
        while self._claims:
            self._judge(self._claims.popleft())
        self._explain_unreached()
        # A record of no head, or beyond its chain's head, may be proven by an input and still hide what came after it.
        if not _fills_chains(self._inspection.bundle):
            self._inspection.faults.append("the records are not exactly the chains of the heads")

    def _claim_head(self, head: BundleHead) -> None:
        checkpoint = self._inspection.checkpoint
        place = (head.entity, head.eseq)
        try:
            verify_inclusion(
                leaf_hash=bytes.fromhex(head.head),
                index=head.index,
                size=checkpoint.size,
                proof=head.proof,
                root=checkpoint.root,
            )
        except ProofError as error:
            self._inspection.faults.append(f"head of {head.entity}: {error}")
            return
        if place in self._by_place:
            self._by_place[place].index = head.index
        self._claims.append(_Claim(place, head.head, "the checkpoint's tree"))

    def _judge(self, claim: _Claim) -> None:
        verdict = self._by_place.get(claim.place)
        if verdict is None:
            entity, eseq = claim.place
            self._inspection.faults.append(f"event {eseq} of {entity} is missing: {claim.witness} names it")
            return
        found = leaf_hash(self._records[claim.place]).hex()
        # The first claim decides; a second can only agree, or contradict a log that has contradicted itself.
        if found == claim.wanted:
            if verdict.state is State.UNPROVEN:
                self._accept(verdict)
        elif verdict.state is State.INTACT and claim.by_input_of:
            # What the chain proves stands; then it is the record which names another input that is wrong.
            claim.by_input_of.blame(f"it names {claim.wanted} as event {verdict.eseq} of {verdict.entity}, not {found}")
        else:
            verdict.blame(f"its bytes hash to {found}, but {claim.witness} names {claim.wanted}")

    def _accept(self, verdict: RecordVerdict) -> None:
        try:
            leaf = parse_leaf(self._records[verdict.entity, verdict.eseq])
        except LeafError as error:
            verdict.blame(f"it is in the log, but {error}")
            return
        if (leaf.entity, leaf.eseq, leaf.log) != (verdict.entity, verdict.eseq, self._inspection.checkpoint.origin):
            verdict.blame(f"it says that it is event {leaf.eseq} of {leaf.entity} in {leaf.log}")
            return
        verdict.state, verdict.reason, verdict.leaf = State.INTACT, "", leaf
        self._follow(leaf, verdict)

    def _follow(self, leaf: Leaf, verdict: RecordVerdict) -> None:
        if leaf.prev is not None:
            # Chains before inputs: what a chain proves is not for an input to question.
            self._claims.appendleft(_Claim((leaf.entity, leaf.eseq - 1), leaf.prev, f"event {leaf.eseq} after it"))
        for item in leaf.inputs:
            witness = f"event {leaf.eseq} of {leaf.entity}"
            self._claims.append(_Claim((item.entity, item.eseq), item.head, witness, verdict))

    def _explain_unreached(self) -> None:
        damaged: dict[str, int] = {}
        for verdict in reversed(self.verdicts):
            if verdict.state is State.BROKEN:
                damaged[verdict.entity] = verdict.eseq
            elif verdict.state is State.UNPROVEN and verdict.entity in damaged:
                verdict.reason = f"it cannot be reached: event {damaged[verdict.entity]} after it is damaged"


def _fills_chains(bundle: Bundle) -> bool:
    return sum(head.eseq + 1 for head in bundle.heads) == len(bundle.records)


def _placed(bundle: Bundle) -> Iterator[tuple[Place, bytes]]:
    # By position where the count is right, so that a record whose own words are damaged has a place to be blamed at.
    if _fills_chains(bundle):
        places = ((head.entity, eseq) for head in bundle.heads for eseq in range(head.eseq + 1))
        yield from zip(places, bundle.records, strict=True)
        return
    for record in bundle.records:
        try:
            leaf = parse_leaf(record)
        except LeafError:
            continue
        yield (leaf.entity, leaf.eseq), record


def _intact(inspection: Inspection) -> Iterator[tuple[RecordVerdict, Leaf]]:
    for verdict in inspection.records:
        if verdict.state is State.INTACT and verdict.leaf is not None:
            yield verdict, verdict.leaf


def _check_signatures(inspection: Inspection) -> None:
    # All keys first: records are in the order of entities, and a key may stand after what it signed.
    keys = ActorKeys()
    for verdict, leaf in _intact(inspection):
        try:
            # A bundle tells the index of heads only: it cannot show whether a key that was revoked was still valid.
            if leaf.type != KEY_REVOKED:
                keys.learn(0, leaf)
        except LeafError as error:
            verdict.blame(str(error))
    for verdict, leaf in _intact(inspection):
        try:
            if leaf.sig is not None:
                keys.verify(0, leaf.sig, actor=leaf.actor.id, content=content(leaf))
                inspection.signatures += 1
        except LeafError as error:
            verdict.blame(str(error))


def _check_disclosed(inspection: Inspection) -> None:
    # Only what an intact record committed to can be opened; else a forged commitment would open to a forged value.
    leaves = {leaf.id: leaf for _, leaf in _intact(inspection)}
    for item in inspection.bundle.disclosed:
        try:
            _check_opening(item, leaves.get(item.id))
            inspection.openings += 1
        except CommitmentError as error:
            inspection.faults.append(f"disclosed {item.path} of record {item.id}: {error}")


def _check_opening(item: Disclosure, leaf: Leaf | None) -> None:
    if leaf is None:
        raise CommitmentError("no intact record of that id")
    if item.path not in leaf.commit:
        raise CommitmentError("the record commits to no such field")
    verify_opening(leaf.commit[item.path], path=item.path, value=item.value, salt=item.salt)


def _check_lists(inspection: Inspection) -> None:
    bundle = inspection.bundle
    leaves = [leaf for _, leaf in _intact(inspection)]
    if bundle.subject not in {head.entity for head in bundle.heads}:
        inspection.faults.append(f"the subject {bundle.subject} is not among the heads")
    if len({leaf.id for leaf in leaves}) != len(leaves):
        inspection.faults.append("two records have the same id")
    # With a damaged record it is not known what it named.
    named = {attachment for leaf in leaves for attachment in leaf.attachments}
    if len(leaves) == len(bundle.records) and named != set(bundle.attachments):
        inspection.faults.append("the attachments are not exactly those that the records name")
