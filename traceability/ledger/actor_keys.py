"""The keys of actors, each valid from the index where it was added to the index where it was revoked."""

from dataclasses import dataclass

from traceability.ledger.ed25519 import verify_signature
from traceability.ledger.encoding import base64_bytes
from traceability.ledger.errors import LeafError, SignatureError
from traceability.ledger.leaf import KEY_ADDED, KEY_REVOKED, ActorSignature, Leaf, added_key


@dataclass(slots=True)
class _Span:
    public: bytes
    owner: str
    added: int
    revoked: int | None = None


class ActorKeys:
    """What the log says about keys, learnt in its order."""

    def __init__(self) -> None:
        self._spans: dict[str, _Span] = {}

    def learn(self, index: int, leaf: Leaf) -> None:
        """Take in a `key.add` or `key.revoke` leaf; any other says nothing about keys. Raises LeafError."""
        key = leaf.entity.removeprefix("key:")
        if leaf.type == KEY_ADDED:
            span = _Span(added_key(leaf), leaf.actor.id, index)
            # Only what opens the key's history makes it one; setdefault keeps the end that it has: none comes back.
            if leaf.eseq == 0:
                self._spans.setdefault(key, span)
        elif leaf.type == KEY_REVOKED and key in self._spans:
            span = self._spans[key]
            span.revoked = index if span.revoked is None else span.revoked

    def verify(self, index: int, sig: ActorSignature, *, actor: str, content: bytes) -> None:
        """Check that a key of this actor, valid at this index of the log, signed the content of a leaf.

        Raises LeafError.
        """
        span = self._spans.get(sig.key)
        # By index and not by time: the clock of a phone is a claim, the order of the log is not.
        if span is None or index < span.added:
            raise LeafError(f"it is signed by key {sig.key}, which no event before it has added")
        if span.revoked is not None and index >= span.revoked:
            raise LeafError(f"it is signed by key {sig.key}, which was revoked at index {span.revoked}")
        # A true signature, and yet not that of the actor: whoever runs the log could put words into another's mouth.
        if actor != span.owner:
            raise LeafError(f"it is signed by key {sig.key} of somebody else")
        try:
            verify_signature(span.public, base64_bytes(sig.ed25519), content)
        except (SignatureError, ValueError) as error:
            raise LeafError(f"it is not signed by key {sig.key}: {error}") from error
