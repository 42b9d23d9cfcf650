"""A small log in memory: makes leaves, checkpoints, proofs and bundles as the product does, without a database."""

import base64
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger.bundle import Bundle, BundleHead, Disclosure, build_bundle
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.commitment import commit
from traceability.ledger.leaf import Actor, Attachment, Input, Leaf, key_id, leaf_bytes, sign_leaf
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.policy import Policy, TrustedKey
from traceability.ledger.proof import build_proof, inclusion_coordinates

ORIGIN = "trace.panjin.example/log1"
SIGNER = Ed25519Signer(ORIGIN, bytes(range(32)))
VKEY = str(SIGNER.vkey)
FARMER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FARMER_KEY_ID = key_id(FARMER_KEY.public_key().public_bytes_raw())
SALT = bytes(range(32))


def uuid_text(number: int) -> str:
    return str(uuid.UUID(int=number))


FARMER = Actor(uuid_text(1), uuid_text(2), "device")
NEIGHBOUR = Actor(uuid_text(3), uuid_text(2), "device")


@dataclass
class MemoryLog:
    """Appends leaves to chains and to the log, and hands out what proves them."""

    signer: Ed25519Signer = SIGNER
    entries: list[bytes] = field(default_factory=list)
    heads: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    chains: dict[str, list[bytes]] = field(default_factory=dict)

    def append(self, entity: str, type_: str = "lot.note", *, sign: bool = False, **members: Any) -> Leaf:
        """Chain one event to its entity; `members` are those of Leaf."""
        eseq, prev = (self.heads[entity][0] + 1, self.heads[entity][1]) if entity in self.heads else (0, None)
        members = {
            "log": self.signer.vkey.name,
            "id": uuid_text(1000 + len(self.entries)),
            "time": "2026-09-28T06:30:00Z",
            "actor": FARMER,
            "body": {},
            **members,
        }
        leaf = Leaf(type=type_, entity=entity, **members).after(eseq=eseq, prev=prev)
        leaf = sign_leaf(leaf, FARMER_KEY) if sign else leaf
        data = leaf_bytes(leaf)
        self.heads[entity] = (eseq, leaf_hash(data).hex(), len(self.entries))
        self.chains.setdefault(entity, []).append(data)
        self.entries.append(data)
        return leaf

    def add_key(self, key: Ed25519PrivateKey = FARMER_KEY) -> str:
        """Register an actor's key and return its entity."""
        public = key.public_key().public_bytes_raw()
        entity = f"key:{key_id(public)}"
        self.append(entity, "key.add", body={"public": base64.b64encode(public).decode()})
        return entity

    def head(self, entity: str) -> Input:
        """The newest event of an entity, as a later event names it among its inputs."""
        eseq, digest, _ = self.heads[entity]
        return Input(entity, eseq, digest)

    def node(self, level: int, index: int) -> bytes:
        return root_of(leaf_hash(entry) for entry in self.entries[index << level : (index + 1) << level])

    def checkpoint(self) -> str:
        root = root_of(map(leaf_hash, self.entries))
        return sign_checkpoint(Checkpoint(self.signer.vkey.name, len(self.entries), root), self.signer)

    def proof(self, index: int) -> tuple[bytes, ...]:
        return tuple(build_proof(inclusion_coordinates(index, len(self.entries)), self.node))

    def policy(self) -> str:
        return Policy(logs=(TrustedKey(self.signer.vkey),)).text()

    def bundle_parts(self, subject: str, entities: Iterable[str], disclosed: Iterable[Disclosure] = ()) -> Bundle:
        """Everything about these entities, as `build_bundle` takes it."""
        entities = sorted(entities)
        return Bundle(
            policy=self.policy(),
            checkpoint=self.checkpoint(),
            subject=subject,
            heads=tuple(
                BundleHead(entity, eseq, digest, index, self.proof(index))
                for entity, (eseq, digest, index) in ((entity, self.heads[entity]) for entity in entities)
            ),
            records=tuple(record for entity in entities for record in self.chains[entity]),
            disclosed=tuple(disclosed),
        )

    def bundle(self, subject: str, entities: Iterable[str], disclosed: Iterable[Disclosure] = ()) -> bytes:
        return build_bundle(self.bundle_parts(subject, entities, disclosed))


PLOT, LOT, RICE, STRANGER = "plot:417", "lot:paddy", "lot:rice", "lot:other"
PHOTO = Attachment("34" * 32, 182_033, "image/jpeg")
PHONE = "+86 138 0000 0000"


def season() -> MemoryLog:
    """A plot, a lot harvested from it, the rice milled from that lot, and strangers between them in the log."""
    log = MemoryLog()
    log.add_key()
    log.append(STRANGER, body={"note": "not in the bundle"})
    log.append(PLOT, "plot.register", sign=True, body={"area_mu": "6.5"}, commit={"holder.phone": commit_phone()})
    log.append(PLOT, "plot.spray", sign=True, body={"product": "井冈霉素", "interval_days": 14}, attachments=(PHOTO,))
    log.append(
        LOT, "lot.harvest", sign=True, body={"product": "盐丰47", "quantity_kg": "3250"}, inputs=(log.head(PLOT),)
    )
    log.append(STRANGER)
    log.append(LOT, "lot.weigh", body={"quantity_kg": "3248.5"})
    log.append(RICE, "lot.mill", body={"quantity_kg": "2240"}, inputs=(log.head(LOT),))
    log.append(PLOT, "plot.plough")
    return log


def commit_phone() -> str:
    return commit("holder.phone", PHONE, SALT)


def season_bundle(log: MemoryLog | None = None) -> bytes:
    """The rice of the season with all that is upstream of it, and the holder's telephone number disclosed."""
    log = log or season()
    opening = Disclosure(uuid_text(1002), "holder.phone", SALT, PHONE)
    return log.bundle(RICE, [RICE, LOT, PLOT, f"key:{FARMER_KEY_ID}"], [opening])
