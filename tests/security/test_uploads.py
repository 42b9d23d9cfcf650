"""Files that strangers send: what they pretend to be, what is hidden in them, what they are called."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Membership
from tests.factories.pages import client_of
from tests.traceability.services.test_attachments import photo
from traceability.models import SheetImport
from traceability.services.attachments import AttachmentError, load, store_photo

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        HTML,
        b"GIF89a/*" + HTML,
        b"%PDF-1.7\n" + HTML,
        b"PK\x03\x04" + HTML,
        b"MZ",
        b"",
    ],
)
def test_what_pretends_to_be_a_photo_is_refused_or_drawn_anew(data: bytes) -> None:
    with pytest.raises(AttachmentError):
        store_photo(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tail", [HTML, SVG, b"PK\x03\x04zip", b"<?php system($_GET[0]); ?>"])
def test_a_picture_that_is_something_else_as_well_is_only_a_picture_afterwards(kind: str, tail: bytes) -> None:
    kept = load(store_photo(photo(kind) + tail).sha256)

    assert tail not in kept
    assert b"secret" not in kept
    assert b"GPS" not in kept
    assert Image.open(io.BytesIO(kept)).format == "JPEG"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a\r\nSet-Cookie: x=1.csv", '"><script>.csv', "x" * 300 + ".csv"]
)
def test_the_name_that_a_file_came_with_goes_nowhere(farmer: Membership, name: str) -> None:
    client = client_of(farmer)
    lines = "地块编号,面积,村代码,登记日期\nA-1,5亩,211104105203,2026-04-01\nA-2,x,1,"
    sent = SimpleUploadedFile("x.csv", lines.encode())
    sent.name = name

    client.post("/imports/", {"id": str(uuid4()), "kind": "plots", "file": sent})
    found = SheetImport.objects.first()

    if found:
        answer = client.get(f"/imports/{found.pk}/bad-rows.csv")
        header = answer.headers.get("Content-Disposition", "")
        assert "\r" not in header
        assert "\n" not in header
        assert ".." not in header
        assert b"<script>" not in client.get(f"/imports/{found.pk}/").content


def test_an_excel_file_that_unfolds_without_end_is_refused(farmer: Membership) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    assert len(bomb.getvalue()) < 1_000_000

    answer = client_of(farmer).post(
        "/imports/",
        {"id": str(uuid4()), "kind": "plots", "file": SimpleUploadedFile("bomb.xlsx", bomb.getvalue())},
        follow=True,
    )

    assert answer.status_code in {200, 400, 413, 422}
