"""Photos and reports beside the log, named by the hash of their bytes, stored before the event that names them."""

import io
import struct
import zlib
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image, ImageOps

from traceability.errors import InputError, TraceabilityError
from traceability.ledger.leaf import Attachment

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
# What a person can look at on a screen; more only costs a weak network its time.
_LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP")
_MEDIA = "image/jpeg"
PDF = "application/pdf"
MAX_REPORT_BYTES = 8 * 1024 * 1024
# ISO 32000-1, 7.5.2 and 7.5.5: what a PDF begins with, and what stands near its end.
_PDF_HEADER = b"%PDF-"
_PDF_END = b"%%EOF"
_PDF_TAIL = 2048
# What the readers of these formats let through where a file is cut short or made up.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    zlib.error,
    struct.error,
    Image.DecompressionBombError,
)


class AttachmentError(InputError):
    """A file is no photo or report that can be kept."""


class StorageDownError(TraceabilityError):
    """Files cannot be kept now, since the disk is full or the object storage is away; nothing was recorded."""


def store_photo(data: bytes) -> Attachment:
    """Keep a photo under the hash of its cleaned bytes, and tell what an event must name.

    The pixels are drawn anew, upright and within 1,600 a side: neither the place where it was taken nor a script that
    hides behind the pixels comes along. The same photo again is the same file. Raises AttachmentError.
    """
    return store(_redrawn(data), media=_MEDIA)


def store_report(data: bytes) -> Attachment:
    """Keep a laboratory's report, a PDF, under the hash of its bytes, and tell what an event must name.

    What it is, is told by its bytes, whatever its name says. Its bytes stay as they are, since the laboratory may have
    signed them: it must only ever be handed out as a file to save. Raises AttachmentError.
    """
    if len(data) > MAX_REPORT_BYTES:
        raise AttachmentError("/file", "too_many_bytes", size=len(data), limit=MAX_REPORT_BYTES)
    if not data.startswith(_PDF_HEADER) or _PDF_END not in data[-_PDF_TAIL:]:
        raise AttachmentError("/file", "not_a_pdf")
    return store(data, media=PDF)


def store(data: bytes, *, media: str) -> Attachment:
    """Keep a file under the hash of its bytes, and tell what an event must name. The same bytes again are one file.

    Raises StorageDownError.
    """
    digest = sha256(data).hexdigest()
    storage = storages["attachments"]
    try:
        if not storage.exists(path_of(digest)):
            storage.save(path_of(digest), ContentFile(data))
    except OSError as error:
        raise StorageDownError(f"files: {error.strerror or type(error).__name__}") from error
    return Attachment(sha256=digest, size=len(data), media=media)


def load(digest: str) -> bytes:
    """Read a file that was stored. Raises FileNotFoundError where it was withheld since."""
    with storages["attachments"].open(path_of(digest)) as file:
        return bytes(file.read())


def is_kept(digest: str) -> bool:
    """Whether a file is still there, and was not withheld."""
    return storages["attachments"].exists(path_of(digest))


def forget(digest: str) -> None:
    """Delete a file that no record names. One that is gone already is no fault."""
    storages["attachments"].delete(path_of(digest))


def shrunk(data: bytes, *, width: int) -> bytes:
    """Draw a photo that was stored again, at most so many pixels wide and as light as a weak network needs it."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft(None, (width, width))
        image.thumbnail((width, image.height))
        written = io.BytesIO()
        image.convert("RGB").save(written, "JPEG", quality=72, optimize=True, progressive=True)
    return written.getvalue()


def path_of(digest: str) -> str:
    """Name the file of an attachment in its storage."""
    return f"{digest[:2]}/{digest}"


def _redrawn(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise AttachmentError("/photo", "too_many_bytes", size=len(data), limit=MAX_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            # Asked of the header, before a small file unfolds into gigabytes.
            if image.width * image.height > MAX_PIXELS:
                raise AttachmentError("/photo", "too_many_pixels", limit=MAX_PIXELS)
            upright = _upright(image)
    except _UNREADABLE as error:
        raise AttachmentError("/photo", "not_a_photo") from error
    written = io.BytesIO()
    # A picture made anew carries no metadata unless it is asked to.
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(written, "JPEG", quality=82, optimize=True)
    return written.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    # Made small before anything else copies it; a JPEG is not even unfolded to its full size.
    image.draft(None, (_LONGEST_SIDE, _LONGEST_SIDE))
    # Of a palette no mean can be taken.
    smaller = image.convert("RGB") if image.mode in {"P", "1"} else image
    smaller.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return ImageOps.exif_transpose(smaller).convert("RGB")
