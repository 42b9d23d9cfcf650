import io
import struct

import pytest
from PIL import Image

from tests.factories.phones import clean_jpeg
from traceability.errors import RefusedError
from traceability.services.attachments import AttachmentError
from traceability.services.phone_photos import MOST_BYTES, check_clean


def segment(kind: int, body: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", 2 + len(body)) + body


def with_segment(kind: int, body: bytes = b"41.15 N") -> bytes:
    photo = clean_jpeg()
    return photo[:2] + segment(kind, body) + photo[2:]


def progressive() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, "JPEG", progressive=True)
    return file.getvalue()


def test_a_plain_photo_passes() -> None:
    check_clean(clean_jpeg())


@pytest.mark.parametrize(
    "data",
    [
        with_segment(0xE1, b"Exif\x00\x00place"),
        with_segment(0xE2),
        with_segment(0xEF),
        with_segment(0xFE, b"a comment"),
        with_segment(0xE0, b"JFIF\x00" + b"x" * 200),
        clean_jpeg() + b"<script>",
        clean_jpeg() + clean_jpeg(),
        clean_jpeg()[:-2],
        clean_jpeg()[:20],
        progressive(),
        b"",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
    ],
)
def test_whatever_says_more_than_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        check_clean(data)

    assert (caught.value.pointer, caught.value.rule) == ("/photo", "photo_not_clean")


def test_a_photo_above_the_limit_is_refused() -> None:
    with pytest.raises(RefusedError, match=str(MOST_BYTES)):
        check_clean(clean_jpeg() + bytes(MOST_BYTES))


def test_segments_without_a_picture_are_no_photo() -> None:
    hollow = b"\xff\xd8" + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\xff\xd9"

    with pytest.raises(AttachmentError):
        check_clean(hollow)
