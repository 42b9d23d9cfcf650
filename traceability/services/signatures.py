"""The keys of actors, and what they signed."""

from accounts.kept_queries import KeptQuery
from traceability.errors import TraceabilityError
from traceability.ledger import leaf as leaves
from traceability.models import ActorKey


class SignatureError(TraceabilityError):
    """A record is signed by a key that is unknown, revoked or somebody else's, or the signature is false."""


_KEY = KeptQuery(lambda marks: ActorKey.objects.filter(key_id=marks.text()).select_related("owner"))


class Signers:
    """The keys by which the records of one batch are signed, each looked up once.

    Requires that the batch holds the heads of these keys, so that none is revoked while it is remembered.
    """

    def __init__(self) -> None:
        self._keys: dict[str, ActorKey | None] = {}

    def verify(self, leaf: leaves.Leaf) -> None:
        """Check that its actor signed a leaf with a living key of their own. Raises SignatureError or LeafError."""
        if leaf.sig is None:
            raise SignatureError(f"record {leaf.id}: is not signed")
        key = self._key(leaf.sig.key)
        if key is None:
            raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} is not registered")
        if key.revoked:
            raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} is revoked")
        if str(key.owner.public_id) != leaf.actor.id:
            raise SignatureError(f"record {leaf.id}: the signing key {leaf.sig.key} belongs to somebody else")
        leaves.verify_actor_signature(leaf, bytes(key.public))

    def _key(self, key_id: str) -> ActorKey | None:
        if key_id not in self._keys:
            self._keys[key_id] = _KEY.first(key_id)
        return self._keys[key_id]
