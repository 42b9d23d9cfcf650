"""The photos on the consumer's page, and the small copies of them that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.soft_cache import soft_cache
from traceability.queries.photos import find_public_photo, public_photos
from traceability.queries.trace import Story
from traceability.services.attachments import is_kept, load, shrunk
from traceability.web.trace.sayings import label_of
from traceability.web.trace.steps import year_of
from traceability.web.trace.text import day

# The large one fills a phone's screen; the small ones stand in a row of three.
LARGE, SMALL = 720, 240
MOST_PICTURES = 4
_A_YEAR = 365 * 24 * 3600
_KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo: where its small copy is, what it shows in words, and when it was taken."""

    url: str
    says: str
    when: str

    @property
    def alt(self) -> str:
        """What it is, for who cannot see it."""
        return _("Photo, %(what)s, %(when)s") % {"what": self.says, "when": self.when}


def pictures_of(story: Story) -> Sequence[Picture]:
    """Give the newest photos of a story that anybody may see; the first is the large one."""
    kept = (one for one in public_photos(story.events) if is_kept(one.sha256))
    year = year_of(story)
    found: list[Picture] = []
    for photo, _place in zip(kept, range(MOST_PICTURES), strict=False):
        url = reverse("trace:photo", args=[photo.record_id, photo.sha256, SMALL if found else LARGE])
        says = _("From the field") if photo.type == "growth.photographed" else label_of(photo.type)
        found.append(Picture(url, says, day(photo.day, year=year)))
    return found


@require_safe
def photo(_request: HttpRequest, record_id: UUID, sha256: str, width: int) -> HttpResponse:
    """Give a small copy of a photo that anybody may see."""
    if width not in {LARGE, SMALL} or find_public_photo(record_id, sha256) is None:
        raise Http404
    try:
        data = _small(sha256, width)
    except FileNotFoundError as error:
        raise Http404 from error
    # Its address names its bytes: what caches keep can not become wrong, only unwanted. See docs/adr/0007.
    headers = {"Cache-Control": f"public, max-age={_A_YEAR}, immutable"}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)


def _small(sha256: str, width: int) -> bytes:
    key = f"photo:{sha256}:{width}"
    kept = soft_cache.get(key, b"")
    if not kept:
        kept = shrunk(load(sha256), width=width)
        soft_cache.set(key, kept, _KEPT_SECONDS)
    return kept
