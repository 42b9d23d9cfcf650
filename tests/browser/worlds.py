"""Logs, small and whole, and the bundles that they give: made by hand, to be checked by verifiers made elsewhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger import Checkpoint, Ed25519Signer, canonicalize, leaf_hash, possession, sign_checkpoint
from traceability.ledger.commitment import commit
from traceability.ledger.leaf import Actor, Attachment, Input, Leaf, key_id, leaf_bytes, sign_leaf
from traceability.ledger.merkle import node_hash, root_of

ORIGIN = "trace.test.example/log1"
SIGNER = Ed25519Signer(ORIGIN, b"\x01" * 32)
VKEY = str(SIGNER.vkey)


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def device(number: int = 0) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"device %d" % number).digest())


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


@dataclass
class World:
    """A log that grows by one record a call."""

    leaves: list[bytes] = field(default_factory=list)
    heads: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    inputs: dict[str, set[str]] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    openings: list[dict[str, Any]] = field(default_factory=list)
    attachments: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(
        self,
        entity: str,
        *,
        kind: str = "lot.noted",
        body: Mapping[str, Any] | None = None,
        inputs: Sequence[str] = (),
        private: Mapping[str, Any] | None = None,
        files: Sequence[bytes] = (),
        key: Ed25519PrivateKey | None = None,
        log: str = ORIGIN,
        person: int = 10**6,
    ) -> str:
        """Append one record and give its id."""
        number, index = self.heads[entity][0] + 1 if entity in self.heads else 0, len(self.leaves)
        record_id = uuid(index)
        salts = {path: hashlib.sha256(f"{record_id} {path}".encode()).digest() for path in private or {}}
        listed = [Attachment(hashlib.sha256(file).hexdigest(), len(file), "image/jpeg") for file in files]
        leaf = Leaf(
            log=log,
            id=record_id,
            type=kind,
            entity=entity,
            eseq=number,
            prev=self.heads[entity][1] if number else None,
            time=f"2026-09-{1 + index % 28:02d}T08:00:00Z",
            actor=Actor(uuid(person), uuid(10**6 + 1), "device" if key else "account"),
            body=body or {},
            inputs=tuple(Input(one, *self.heads[one][:2]) for one in sorted(set(inputs))),
            commit={path: commit(path, value, salts[path]) for path, value in (private or {}).items()},
            attachments=tuple(sorted(listed)),
        )
        self._take(sign_leaf(leaf, key) if key else leaf)
        for path, value in (private or {}).items():
            salt = base64.b64encode(salts[path]).decode()
            self.openings.append({"id": record_id, "path": path, "salt": salt, "value": value})
        return record_id

    def add_key(self, key: Ed25519PrivateKey, *, proven_by: Ed25519PrivateKey | None = None) -> str:
        """Register an actor's key, with a proof of possession where somebody signs one."""
        raw = public(key)
        entity = f"key:{key_id(raw)}"
        body = {"public": base64.b64encode(raw).decode()}
        if proven_by:
            said = possession.statement(log=ORIGIN, actor=uuid(10**6), party=uuid(10**6 + 1), public=raw)
            body["proof"] = base64.b64encode(proven_by.sign(said)).decode()
        self.add(entity, kind="key.add", body=body)
        return entity

    def _take(self, leaf: Leaf) -> None:
        data, index = leaf_bytes(leaf), len(self.leaves)
        self.leaves.append(data)
        self.heads[leaf.entity] = (leaf.eseq, leaf_hash(data).hex(), index)
        self.places[leaf.entity, leaf.eseq] = index
        named = {one.entity for one in leaf.inputs} | ({f"key:{leaf.sig.key}"} if leaf.sig else set())
        self.inputs.setdefault(leaf.entity, set()).update(named)
        self.attachments |= {
            one.sha256: {"sha256": one.sha256, "size": one.size, "media": one.media} for one in leaf.attachments
        }

    def bundle(self, subject: str) -> dict[str, Any]:
        """Export what the subject rests on, with all that is private disclosed."""
        entities = self._closure(subject)
        ids = {uuid(index) for (entity, _number), index in self.places.items() if entity in entities}
        records = [self.leaves[self.places[place]] for place in sorted(self.places) if place[0] in entities]
        return {
            "format": "suyuan/trace/v1",
            "policy": f"log {VKEY}\nquorum none\n",
            "checkpoint": self.checkpoint(),
            "subject": subject,
            "heads": [self._head(entity) for entity in sorted(entities)],
            "records": [base64.b64encode(record).decode() for record in records],
            "disclosed": sorted(
                (one for one in self.openings if one["id"] in ids), key=lambda one: (one["id"], one["path"])
            ),
            "attachments": [
                value
                for name, value in sorted(self.attachments.items())
                if any(name.encode() in one for one in records)
            ],
        }

    def checkpoint(self, *, signer: Ed25519Signer = SIGNER) -> str:
        """Sign the tree as it stands."""
        root = root_of(leaf_hash(leaf) for leaf in self.leaves)
        return sign_checkpoint(Checkpoint(signer.vkey.name, len(self.leaves), root), signer)

    def _closure(self, subject: str) -> set[str]:
        found, waiting = {subject}, [subject]
        while waiting:
            new = self.inputs[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    def _head(self, entity: str) -> dict[str, Any]:
        number, head, index = self.heads[entity]
        path = inclusion([leaf_hash(leaf) for leaf in self.leaves], index)
        proof = [base64.b64encode(one).decode() for one in path]
        return {"entity": entity, "eseq": number, "head": head, "index": index, "proof": proof}


def inclusion(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Prove by the words of RFC 6962, 2.1.1, slowly."""
    if len(hashes) == 1:
        return []
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if index < split:
        return [*inclusion(hashes[:split], index), root(hashes[split:])]
    return [*inclusion(hashes[split:], index - split), root(hashes[:split])]


def root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root(hashes[:split]), root(hashes[split:]))


def data(bundle: Mapping[str, Any]) -> bytes:
    """Write a bundle as it is served."""
    return canonicalize(bundle)


def rice() -> World:
    """A household's rice: plot, season, harvest, milled lot; a phone that signs; a photo; a holder's name kept back."""
    world = World()
    phone = device()
    key = world.add_key(phone)
    world.add("plot:p1", kind="plot.registered", body={"number": "DW-0417"}, private={"holder_name": "王某"}, key=phone)
    world.add("season:s1", kind="season.opened", inputs=["plot:p1", key], key=phone)
    world.add("lot:other", kind="lot.noted")
    world.add("season:s1", kind="season.sown", body={"variety": "盐丰47"}, files=[b"photo"], key=phone)
    world.add("season:s1", kind="season.sprayed", key=phone, private={"operator": "李某", "note": "无风"})
    world.add("lot:harvest", kind="lot.harvested", body={"kg": "21400.000"}, inputs=["season:s1"], key=phone)
    world.add("lot:other", kind="lot.noted")
    world.add("lot:harvest", kind="lot.tested", body={"analyte": "cadmium", "value": "0.06"})
    world.add("process:m1", kind="process.done", inputs=["lot:harvest"])
    world.add("lot:bag", kind="lot.made", body={"kg": "14900.000"}, inputs=["process:m1"])
    world.add("lot:bag", kind="lot.packed", body={"code": "PJ260928A01"})
    return world
