import io
import struct
import zlib
from hashlib import sha256

import pytest
from django.core.files.storage import storages
from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from traceability.services.attachments import MAX_BYTES, AttachmentError, load, path_of, store, store_photo


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (400, 300), orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (41.0, 9.0, 4.32)
    file = io.BytesIO()
    Image.new("RGB", size, (90, 140, 70)).save(file, kind, exif=exif, comment=b"secret")
    return file.getvalue()


def stored(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(load(store_photo(data).sha256)))


def png_promising(width: int, height: int) -> bytes:
    """A small file that says it holds so many pixels."""
    chunks = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_without_what_it_knew(kind: str) -> None:
    kept = stored(photo(kind))

    assert (kept.format, kept.size) == ("JPEG", (400, 300))
    assert dict(kept.getexif()) == {}
    assert "comment" not in kept.info
    assert kept.getpixel((10, 10)) == pytest.approx((90, 140, 70), abs=2)


def test_a_photo_is_named_by_the_hash_of_what_is_kept() -> None:
    kept = store_photo(photo())

    data = load(kept.sha256)
    assert (kept.sha256, kept.size, kept.media) == (sha256(data).hexdigest(), len(data), "image/jpeg")
    assert path_of(kept.sha256) == f"{kept.sha256[:2]}/{kept.sha256}"


def test_the_same_photo_again_is_the_same_file() -> None:
    first = store_photo(photo())

    again = store_photo(photo())

    folder, _, name = path_of(first.sha256).partition("/")
    assert again == first
    assert storages["attachments"].listdir(folder)[1].count(name) == 1


def test_a_photo_taken_sideways_stands_upright() -> None:
    assert stored(photo(orientation=6)).size == (300, 400)


def test_a_large_photo_shrinks_to_what_a_screen_shows() -> None:
    assert stored(photo(size=(4000, 3000))).size == (1600, 1200)


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "RGBA", "I;16"])
def test_a_large_photo_of_any_mode_shrinks(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (2000, 1000)).save(file, "PNG")

    assert stored(file.getvalue()).size == (1600, 800)


def test_a_large_photo_taken_sideways_stands_upright() -> None:
    assert stored(photo(size=(4000, 3000), orientation=6)).size == (1200, 1600)


def test_a_jpeg_is_never_unfolded_to_its_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    unfolded = []

    def prepare(image: JpegImageFile) -> None:
        unfolded.append(image.size)
        ImageFile.load_prepare(image)

    monkeypatch.setattr(JpegImageFile, "load_prepare", prepare)

    store_photo(photo(size=(5600, 4200)))

    assert unfolded == [(2800, 2100)]


@pytest.mark.parametrize("error", [EOFError, zlib.error, struct.error, OSError, ValueError])
def test_whatever_a_reader_stumbles_over_it_is_no_photo(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def stumble(_image: Image.Image) -> None:
        raise error

    monkeypatch.setattr(JpegImageFile, "load", stumble)

    with pytest.raises(AttachmentError) as caught:
        store_photo(photo())
    assert caught.value.rule == "not_a_photo"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain text",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        photo()[:200],
        png_promising(100, 100),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(AttachmentError) as caught:
        store_photo(data)

    assert (caught.value.pointer, caught.value.rule) == ("/photo", "not_a_photo")


def test_a_script_behind_the_pixels_does_not_come_along() -> None:
    kept = store_photo(photo() + b"<script>alert(1)</script>")

    assert b"script" not in load(kept.sha256)


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"\xff" * (MAX_BYTES + 1), "too_many_bytes"), (png_promising(25_000, 1_001), "too_many_pixels")],
)
def test_too_much_is_refused_before_it_is_unfolded(data: bytes, rule: str) -> None:
    with pytest.raises(AttachmentError) as caught:
        store_photo(data)

    assert caught.value.rule == rule


def test_any_file_is_kept_byte_for_byte() -> None:
    kept = store(b'{"a": 1}', media="application/json")

    assert (load(kept.sha256), kept.media) == (b'{"a": 1}', "application/json")
