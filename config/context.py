"""What every template may ask for."""

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, object]:
    """Tell templates whether this is a demonstration, whose data is generated and must say so."""
    return {"demo": settings.DEMO, "log_origin": settings.LOG_ORIGIN}
