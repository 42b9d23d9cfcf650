"""Where attachments are kept in object storage: an object is there as a whole, or not at all, as S3 itself has it."""

from storages.backends.s3 import S3Storage


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
