"""Photos that a phone made ready and signed for: they travel apart from their records, and are kept byte for byte."""

import hmac
import io
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from PIL import Image

from accounts.models import Organisation
from traceability.errors import RefusedError
from traceability.ledger.leaf import Attachment, Leaf
from traceability.models import PhonePhoto
from traceability.services.attachments import MAX_PIXELS, AttachmentError, store

PHOTO = "image/jpeg"
# A phone makes them far smaller; a weak network would not carry more.
MOST_BYTES = 1024 * 1024
_MARKER, _SCAN, _JFIF = 0xFF, 0xDA, 0xE0
# APP0 (JFIF), tables, the frame of a baseline JPEG, restart interval. Not APP1 to APP15, nor comments: there cameras
# write where and when, and others hide what they like.
_PLAIN = frozenset({_JFIF, 0xDB, 0xC0, 0xC4, 0xDD})
# Longer, it would hold a picture of its own.
_JFIF_LENGTH = 16
# In the picture's own bytes a marker is a restart, or its end.
_OTHER_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def check_announced(attachments: Sequence[Attachment]) -> None:
    """Check what a phone says of photos that are still to come. Raises RefusedError."""
    for position, one in enumerate(attachments):
        if one.media != PHOTO or not 0 < one.size <= MOST_BYTES:
            raise RefusedError(f"/content/attachments/{position}", "photo_not_clean", limit=MOST_BYTES)


def await_photos(leaves: Sequence[Leaf], *, party: Organisation, at: datetime) -> None:
    """Write down which photos of records are still to come: all but those whose bytes the party itself sent before.

    That a file is kept says nothing. Hashes stand in the log for everybody; who names one need not have the picture.
    """
    named = [(leaf, one) for leaf in leaves for one in leaf.attachments]
    if not named:
        return
    sent = PhonePhoto.objects.exclude(arrived_at=None).filter(party=party)
    known = set(sent.filter(sha256__in=[one.sha256 for _, one in named]).values_list("sha256", flat=True))
    PhonePhoto.objects.bulk_create(
        PhonePhoto(
            record_id=leaf.id,
            sha256=one.sha256,
            size=one.size,
            party=party,
            arrived_at=at if one.sha256 in known else None,
        )
        for leaf, one in named
    )


def take_photo(*, digest: str, data: bytes, party: Organisation, at: datetime) -> None:
    """Keep the bytes of a photo that a record of the party names; the same photo again changes nothing.

    Unlike other photos it is not drawn anew, because its bytes are signed for: it must have nothing to clean. Raises
    RefusedError, AttachmentError.
    """
    awaited = PhonePhoto.objects.filter(sha256=digest, party=party)
    if not awaited.exists():
        raise RefusedError("/photo", "unknown_photo")
    if not hmac.compare_digest(sha256(data).hexdigest(), digest):
        raise RefusedError("/photo", "photo_changed")
    check_clean(data)
    store(data, media=PHOTO)
    awaited.filter(arrived_at=None).update(arrived_at=at)


def check_clean(data: bytes) -> None:
    """Check for a JPEG that shows a picture and says nothing else. Raises RefusedError, AttachmentError."""
    if len(data) > MOST_BYTES or not _is_plain(data):
        raise RefusedError("/photo", "photo_not_clean", limit=MOST_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise AttachmentError("/photo", "too_many_pixels", limit=MAX_PIXELS)
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AttachmentError("/photo", "not_a_photo") from error


def _is_plain(data: bytes) -> bool:
    """Walk the segments up to the picture's own bytes (ITU T.81, B.1.1); after its end nothing may follow."""
    place = 2
    while data[:2] == b"\xff\xd8" and place + 4 <= len(data):
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if data[place] == _MARKER and kind == _SCAN:
            return _ends_alone(data, place + 2 + length)
        if data[place] != _MARKER or kind not in _PLAIN or (kind == _JFIF and length != _JFIF_LENGTH):
            return False
        place += 2 + length
    return False


def _ends_alone(data: bytes, start: int) -> bool:
    found = _OTHER_MARKER.search(data, start)
    return found is not None and found.group() == b"\xff\xd9" and found.end() == len(data)
