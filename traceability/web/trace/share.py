"""What chat programs show of a page that somebody passes on: Open Graph tags, and the text to share."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import get_language, ngettext

from traceability.queries.trace import Story
from traceability.web.trace.addresses import address_of


def share_card(request: HttpRequest, story: Story, page: Mapping[str, Any]) -> Mapping[str, str]:
    """Give address, sentence and picture of a page for who passes it on.

    The address names the lot and never the bag: passing a page on must not count as scans of the bag.
    """
    chosen = f"?lang={get_language()}" if "lang" in request.GET else ""
    picture = page["hero"].url if page["hero"] else static("traceability/trace/share.png")
    count = page["records"]
    checks = ngettext("%(count)s record to check yourself.", "%(count)s records to check yourself.", count)
    return {
        "share_url": request.build_absolute_uri(f"{address_of(story.lot)}{chosen}"),
        "share_image": request.build_absolute_uri(picture),
        "summary": " · ".join([*page["under"], checks % {"count": count}]),
    }
