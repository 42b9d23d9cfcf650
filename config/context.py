"""What every template may ask for."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, to_locale

from accounts.queries.memberships import acting_membership
from config.navigation import navigation


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    name: str
    url: str
    current: bool


# Each language names itself, so that who reads no other finds it.
_NAMES = {"zh-hans": "中文", "en": "English"}


def site(request: HttpRequest) -> dict[str, object]:
    """Tell templates what a page frame needs.

    What belongs to the reader is lazy: a public page that does not ask for it touches no session and may be cached.
    """
    return {
        "demo": settings.DEMO,
        "log_origin": settings.LOG_ORIGIN,
        "html_lang": _html_lang(get_language() or settings.LANGUAGE_CODE),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "acting": acting_membership(request),
    }


def _html_lang(language: str) -> str:
    # BCP 47 writes scripts with a capital: zh-Hans. Browsers choose the glyphs of Chinese by it.
    return to_locale(language).replace("_", "-")


def _languages(request: HttpRequest) -> list[LanguageLink]:
    current = get_language()
    return [
        LanguageLink(_html_lang(code), _NAMES[code], _in_language(request, code), code == current)
        for code, _name in settings.LANGUAGES
    ]


def _in_language(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"
