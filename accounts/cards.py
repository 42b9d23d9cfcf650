"""What a party's card says: its pseudonym, signed, because anybody reads the pseudonym alone in the public log."""

import re
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.models import Organisation

_SALT = "suyuan/card/v1"
_CARD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[A-Za-z0-9_-]{43}")


def card_of(party: Organisation) -> str:
    """Give the text of a party's card, as its QR code bears it and as it stands in addresses."""
    return _signer().sign(str(party.public_id))


def find_by_card(text: str) -> Organisation | None:
    """Find whose card is in a scanned text; nobody's where it was not signed here."""
    found = _CARD.search(text)
    try:
        name = _signer().unsign(found[0]) if found else ""
    except BadSignature:
        return None
    return Organisation.objects.filter(public_id=UUID(name)).first() if name else None


def _signer() -> Signer:
    return Signer(salt=_SALT)
