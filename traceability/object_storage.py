"""Where attachments are kept in object storage: an object is there as a whole, or not at all, as S3 itself has it."""

import contextlib
import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storages.backends.s3 import S3Storage

if TYPE_CHECKING:
    from django.core.files.base import File


class WholeObjects(S3Storage):  # type: ignore[misc]
    """A bucket of objects that are named by what they hold: two of one name are the same, so that the later may win."""

    def get_default_settings(self) -> dict[str, object]:
        """Keep objects private, under their own names, and give the service little time: a page waits for it."""
        from botocore.config import Config  # noqa: PLC0415 - takes half a second, which a folder of files need not pay

        ours = {
            "file_overwrite": True,
            "default_acl": None,
            "querystring_auth": True,
            "client_config": Config(connect_timeout=3, read_timeout=20, retries={"max_attempts": 3}),
        }
        return {**super().get_default_settings(), **ours}

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the name, which others know the object by already."""
        return name

    def exists(self, name: str) -> bool:
        """Whether an object is there. Raises OSError where the service is away."""
        with _as_system_error():
            return bool(super().exists(name))

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _as_system_error():
            return str(super()._save(name, content))


@contextlib.contextmanager
def _as_system_error() -> Iterator[None]:
    """Turn the errors of S3's client into what a folder of files raises: who keeps files knows of no service."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - likewise
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(errno.EIO, f"object storage: {type(error).__name__}") from error
