from django.urls import path, register_converter

from traceability.api import fieldwork


class Sha256Converter:
    """A SHA-256 in lower-case hex."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Give it as it is."""
        return value


register_converter(Sha256Converter, "sha256")

app_name = "fieldwork"
urlpatterns = [
    path("snapshot", fieldwork.Snapshot.as_view(), name="snapshot"),
    path("key", fieldwork.Key.as_view(), name="key"),
    path("entries", fieldwork.Entries.as_view(), name="entries"),
    path("photos/<sha256:sha256>", fieldwork.Photo.as_view(), name="photo"),
]
