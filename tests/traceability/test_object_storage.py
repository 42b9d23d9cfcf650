"""Against a server that speaks S3 as it stands on the loopback."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import Membership
from config import files
from config.env import SettingError
from tests.factories import farm
from traceability import log_key
from traceability.ledger import open_checkpoint
from traceability.services import attachments
from traceability.services.integrator import integrate_once
from traceability.services.publisher import publish_once


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
    # The stand-in keeps its buckets from test to test.
    name = f"suyuan-{uuid4()}"
    client.create_bucket(Bucket=name)
    url = f"s3://{name}/kept?endpoint={address}&region=us-east-1"
    folder = Path("unused")
    settings.STORAGES = settings.STORAGES | {
        "attachments": files.storage(url, folder=folder),
        "public": files.storage(url, folder=folder),
    }
    yield name
    server.stop()


def test_what_is_stored_is_read_again_byte_for_byte_and_once(bucket: str) -> None:
    kept = [attachments.store(b"%PDF-1.7 report %%EOF", media="application/pdf") for _ in range(2)]

    assert kept[0] == kept[1]
    assert attachments.load(kept[0].sha256) == b"%PDF-1.7 report %%EOF"
    assert attachments.is_kept(kept[0].sha256)
    objects = storages["attachments"].bucket.objects.all()  # type: ignore[attr-defined]
    assert [(one.bucket_name, one.key) for one in objects] == [(bucket, f"kept/{attachments.path_of(kept[0].sha256)}")]


def test_what_is_not_there_is_withheld_and_no_crash(bucket: str) -> None:
    with pytest.raises(FileNotFoundError):
        attachments.load("0" * 64)

    assert not attachments.is_kept("0" * 64)


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_the_log_is_published_into_the_bucket(bucket: str, settings: Settings, farmer: Membership) -> None:
    settings.PUBLISHING_STEPS = ["traceability.services.tiles.TileStep"]
    farm.make_plot(farmer)
    integrate_once()
    publish_once(at=farm.NOW)

    with storages["public"].open("checkpoint") as file:
        checkpoint, _signatures = open_checkpoint(file.read().decode(), [log_key.vkey()], origin=settings.LOG_ORIGIN)

    assert checkpoint.size == 1
    assert storages["public"].exists("tile/entries/000.p/1")


def test_the_same_name_again_is_the_same_object(bucket: str) -> None:
    storage = storages["attachments"]

    names = [storage.save("ab/abcd", ContentFile(b"rice")) for _ in range(2)]

    assert names == ["ab/abcd", "ab/abcd"]


@pytest.mark.parametrize("url", ["https://bucket", "s3://", "bucket", "file:///tmp"])
def test_an_address_that_is_no_bucket_is_refused_as_the_product_starts(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="is no s3://bucket"):
        files.storage(url, folder=tmp_path)


def test_a_service_that_is_away_is_out_of_order_for_a_while_and_no_crash(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    # Nobody listens there.
    url = "s3://away?endpoint=http://127.0.0.1:1&region=us-east-1"
    settings.STORAGES = settings.STORAGES | {"attachments": files.storage(url, folder=Path("unused"))}

    with pytest.raises(attachments.StorageDownError, match="files: object storage: EndpointConnectionError"):
        attachments.store(b"%PDF-1.7 report %%EOF", media="application/pdf")
