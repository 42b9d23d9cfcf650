from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.queries.memberships import acting_membership
from config.lots import public_lots


def home(request: HttpRequest) -> HttpResponse:
    """Welcome strangers; show members their work."""
    template = "config/start.html" if acting_membership(request) else "config/welcome.html"
    return render(request, template)


def find(request: HttpRequest) -> HttpResponse:
    """Lead from what stands on a bag to the page of its lot: a lot number, or the whole address in its QR code."""
    code = request.GET.get("code", "").strip()
    lots = public_lots(code=code) if code else []
    if len(lots) == 1:
        return redirect(lots[0].url)
    return render(request, "config/find.html", {"code": code, "lots": lots})
