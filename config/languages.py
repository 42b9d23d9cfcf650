"""Which language a page speaks: `?lang=`, then the reader's own choice, then the browser's wish, then Chinese."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

COOKIE_AGE = 365 * 24 * 3600


class LanguageMiddleware:
    """Activate the reader's language, and remember a choice made by `?lang=`.

    Django's own takes no query parameter; a consumer has no account, and a link that is passed on keeps its language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in that language and say so in the answer's headers."""
        chosen = request.GET.get("lang", "")
        language = chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        if language != chosen:
            # Caches must not hand one reader's language to another; an address with ?lang= speaks one only.
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        elif "public" not in response.headers.get("Cache-Control", ""):
            # What shared caches keep for everybody carries no cookie: there the address alone keeps the choice.
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=COOKIE_AGE, samesite="Lax")
        return response
