"""The party's card, which a buyer scans at the scale instead of typing who delivers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.cards import card_of
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.standards.divisions import place
from traceability.web.codes import qr_picture


@acts_for_party
def card(request: PartyRequest) -> HttpResponse:
    """Show the card as it is printed, in the size of a bank card (ISO/IEC 7810, ID-1)."""
    party = request.membership.organisation
    where = place(party.division_code, get_language() or "zh-hans") if party.division_code else ""
    return render(request, "traceability/labels/card.html", {"party": party, "place": where})


@acts_for_party
def qr(request: PartyRequest) -> HttpResponse:
    """Draw the code of the card."""
    answer = qr_picture(card_of(request.membership.organisation))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
