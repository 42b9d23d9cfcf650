"""Where files lie: a folder of this machine, or a bucket of any storage that speaks S3, by one address."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from config.env import SettingError


def storage(url: str, *, folder: Path) -> dict[str, object]:
    """Turn an address into an entry of Django's STORAGES; the folder serves where there is none.

    `s3://bucket/prefix?endpoint=https://host&region=name`; keys come from the environment or the credentials file, as
    for every S3 client (AWS_ACCESS_KEY_ID, AWS_SHARED_CREDENTIALS_FILE). Raises SettingError.
    """
    if not url:
        return {"BACKEND": "traceability.attachment_storage.WholeFiles", "OPTIONS": {"location": folder}}
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise SettingError(f"address of files: {url!r} is no s3://bucket")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "endpoint_url": query.get("endpoint"),
        "region_name": query.get("region"),
    }
    return {
        "BACKEND": "traceability.object_storage.WholeObjects",
        "OPTIONS": {name: value for name, value in options.items() if value},
    }
