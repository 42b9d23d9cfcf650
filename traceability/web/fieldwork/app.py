"""The farmer's app: its page, the copy of it that phones keep, and the worker that keeps it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.queries.fieldwork import fields_of
from traceability.web.fieldwork.shell import SHELL_TEMPLATE, SIGNING_SCRIPT, urls, version, words
from traceability.web.forms.growth import FORMS

# Asked for at each start, so that a new version comes as soon as there is a network.
_asked_each_time = cache_control(no_cache=True)


@require_safe
@cache_control(no_store=True)
@ensure_csrf_cookie
@acts_for_party
def home(request: PartyRequest) -> HttpResponse:
    """Show the app to who is logged in, with links that work without any script."""
    operations = [(name, form.title) for name, form in FORMS.items()]
    context = {**_frame(), "fields": fields_of(request.membership), "operations": operations}
    return render(request, SHELL_TEMPLATE, context)


@require_safe
@_asked_each_time
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page as phones keep it, which knows of nobody; the script fills it with what the phone has."""
    return render(request, SHELL_TEMPLATE, _frame())


@require_safe
@_asked_each_time
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which knows this version's files."""
    files = [reverse("fields:shell"), *urls()]
    context = {"version": version(), "files": files, "scripted": static(SIGNING_SCRIPT)}
    return render(request, "traceability/fieldwork/sw.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
@_asked_each_time
def manifest(_request: HttpRequest) -> JsonResponse:
    """Describe the app to the phone, which can then put it among its own."""
    named = {
        "name": gettext("Suyuan: my fields"),
        "short_name": gettext("My fields"),
        "lang": get_language(),
        "start_url": reverse("fields:home"),
        "scope": reverse("fields:home"),
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#2f6b3c",
        "icons": [{"src": static("config/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(named, content_type="application/manifest+json")


def _frame() -> dict[str, object]:
    return {"version": version(), "words": words()}
