"""Keys of phones, each with the proof that its owner holds it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import Membership
from tests.factories import farm
from traceability.models import ActorKey
from traceability.services.keys import NewKey, possession_statement, register_actor_key


def new_key(private: Ed25519PrivateKey, *, by: Membership, label: str = "手机") -> NewKey:
    public = private.public_key().public_bytes_raw()
    return NewKey(public=public, proof=private.sign(possession_statement(public, by)), label=label)


def register(private: Ed25519PrivateKey, *, by: Membership, label: str = "手机") -> ActorKey:
    return register_actor_key(entry=farm.entry(), key=new_key(private, by=by, label=label), membership=by, at=farm.NOW)
