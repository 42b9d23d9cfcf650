"""Files: photos and reports, what is published, and how much may be sent at once."""

from config import env, files
from config.settings.places import VAR

# Where photos and reports lie: a folder, or `s3://bucket?endpoint=https://...` for any storage that speaks S3.
FILES_URL = env.text("FILES_URL", "")
# What readers may fetch without us, tiles and checkpoint: a folder or a bucket, written by the publisher.
PUBLIC_URL = env.text("PUBLIC_URL", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    # Photos and reports, named by the hash of their bytes.
    "attachments": files.storage(FILES_URL, folder=env.folder("ATTACHMENTS_DIR", VAR / "attachments")),
    "public": files.storage(PUBLIC_URL, folder=VAR / "public"),
    "staticfiles": {"BACKEND": "config.static_files.ModuleStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
