"""The key of a phone, which registers once, however often the answer gets lost on a weak network."""

from datetime import datetime

from accounts.models import Membership
from traceability.ledger.leaf import key_id
from traceability.models import ActorKey
from traceability.services.entries import Entry
from traceability.services.keys import NewKey, register_actor_key
from traceability.services.transactions import business_transaction


@business_transaction
def register_phone(*, entry: Entry, key: NewKey, membership: Membership, at: datetime) -> ActorKey:
    """Register a phone's key, or give it as it was registered by the same person before.

    Raises what `register_actor_key` raises.
    """
    known = ActorKey.objects.filter(key_id=key_id(key.public), owner=membership.user, party=membership.organisation)
    # The moment is the server's, and so another one each time: the chain would take the repeat for another record.
    return known.first() or register_actor_key(entry=entry, key=key, membership=membership, at=at)
