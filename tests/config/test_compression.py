import gzip
import zlib

import brotli
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from accounts.models import Membership
from config.compression import CompressionMiddleware
from tests.factories import farm
from tests.factories.log import publish

TEXT = b"the same for every reader " * 40


def answered(
    accepted: str, *, content: bytes = TEXT, headers: dict[str, str] | None = None, **said: str
) -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted, **(headers or {})})
    return sent(request, content, **said)


def sent(request: HttpRequest, content: bytes = TEXT, **said: str) -> HttpResponse:
    made = HttpResponse(content, headers={"Content-Type": "text/html; charset=utf-8", **said})
    response = CompressionMiddleware(lambda _request: made)(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.0, gzip; q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_that_the_reader_takes_is_sent(accepted: str, encoding: str | None) -> None:
    response = answered(accepted)

    assert response.get("Content-Encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(response.content) == TEXT
    assert response["Vary"] == "Accept-Encoding"
    if encoding:
        assert response["Content-Length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("content", "headers", "said"),
    [
        (TEXT, {"Authorization": "Bearer something"}, {}),
        (b"short", {}, {}),
        (TEXT, {}, {"Content-Type": "image/jpeg"}),
        (TEXT, {}, {"Content-Encoding": "zstd"}),
    ],
)
def test_what_may_hold_a_secret_or_gains_nothing_is_left(
    content: bytes, headers: dict[str, str], said: dict[str, str]
) -> None:
    response = answered("br, gzip", content=content, headers=headers, **said)

    assert (response.get("Content-Encoding"), response.content) == (said.get("Content-Encoding"), content)


def test_a_page_that_looked_at_session_or_token_is_left() -> None:
    with_session, with_token = (RequestFactory().get("/", headers={"Accept-Encoding": "br"}) for _ in range(2))
    with_session.session = SessionStore()
    with_session.session.get("anything")
    get_token(with_token)

    assert [one.get("Content-Encoding") for one in (sent(with_session), sent(with_token))] == [None, None]


def test_a_tag_of_other_bytes_is_a_weak_one() -> None:
    assert answered("br", ETag='"abc"')["ETag"] == 'W/"abc"'
    assert answered("", ETag='"abc"')["ETag"] == '"abc"'
    assert answered("br", ETag='W/"abc"')["ETag"] == 'W/"abc"'


def test_what_comes_in_a_stream_is_left() -> None:
    made = StreamingHttpResponse([TEXT])

    assert CompressionMiddleware(lambda _request: made)(RequestFactory().get("/")) is made


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_a_bundle_is_compressed_and_a_page_for_one_person_is_not(client: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    publish()
    takes = {"Accept-Encoding": "br, gzip"}

    bundle = client.get(f"/trace/{lot.pk}/bundle", headers=takes)
    client.force_login(farmer.user)
    home = client.get("/", headers=takes)
    entrance = Client().get("/account/login/", headers=takes)

    assert bundle["Content-Encoding"] == "br"
    assert b"suyuan/trace/v1" in brotli.decompress(bundle.content)
    assert [page.get("Content-Encoding") for page in (home, entrance)] == [None, None]


def test_gzip_is_read_by_zlib_too() -> None:
    assert zlib.decompress(answered("gzip").content, 31) == TEXT


def test_what_is_for_everybody_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[bytes] = []
    compress = brotli.compress

    def watched(data: bytes, *, quality: int) -> bytes:
        packed.append(data)
        return bytes(compress(data, quality=quality))

    monkeypatch.setattr(brotli, "compress", watched)
    page = TEXT + b"packed once"

    request = RequestFactory().get("/", headers={"Accept-Encoding": "br"})
    kinds = ("public, max-age=60", "public, max-age=60", "no-cache", "no-cache")

    answers = [sent(request, page, **{"Cache-Control": kind}).content for kind in kinds]

    assert packed == [page] * 3
    assert {brotli.decompress(one) for one in answers} == {page}
