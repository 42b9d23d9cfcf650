"""The notice that stands before a consent, in plain words: who gets what, what for, how long, and how to end it.

PIPL, art. 14, 17 and 23; 条例, art. 18 and 19; fields as in ISO/IEC TS 27560. The words themselves are kept with the
consent, and their hash stands in the log: nobody can say later that something else was agreed.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from accounts.enums import Role
from accounts.models import Membership, Organisation
from finance.enums import Category, Purpose

# Counted up whenever the words below change.
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a consent would allow. `until` is the last day, `loan` the bank's number of the loan to be looked after."""

    recipient: Organisation
    purpose: Purpose
    categories: tuple[str, ...]
    until: date
    max_queries: int
    loan_ref: str = ""


def notice_of(terms: Terms, *, subject: Organisation, language: str) -> str:
    """Write the notice of a consent, one sentence a line, in the language in which it is shown."""
    with override(language):
        return "\n".join(_lines(terms, subject))


def fairness_notice() -> str:
    """Write, in the active language, what stands before sex and age are asked for, one sentence a line."""
    said = {"platform": settings.CONTROLLER_NAME, "platform_contact": settings.CONTROLLER_CONTACT}
    return "\n".join(gettext(text) % said for text in _FAIRNESS)


def notice_sha256(text: str) -> str:
    """Hash a notice, as the log holds it."""
    return hashlib.sha256(text.encode()).hexdigest()


def contact_of(party: Organisation) -> str:
    """Give how to reach a party: the number of its first owner."""
    owner = Membership.objects.filter(organisation=party, role=Role.OWNER).select_related("user").order_by("pk").first()
    return owner.user.phone.removeprefix("+86") if owner else ""


def _lines(terms: Terms, subject: Organisation) -> list[str]:
    data = gettext("; ").join(str(Category(one).label) for one in terms.categories)
    said = {
        "farm": subject.name,
        "bank": terms.recipient.name,
        "contact": contact_of(terms.recipient),
        "purpose": str(Purpose(terms.purpose).label),
        "data": data,
        "day": date_format(terms.until, "DATE_FORMAT"),
        "count": terms.max_queries,
        "platform": settings.CONTROLLER_NAME,
        "platform_contact": settings.CONTROLLER_CONTACT,
    }
    texts = _OWN if terms.purpose == Purpose.OWN_VIEW else _BANK
    return [gettext(text) % said for text in texts]


def _noop(text: str) -> str:
    return text


gettext_noop = _noop
_BANK = (
    gettext_noop("%(farm)s allows %(bank)s (phone %(contact)s) to ask this platform about the farm."),
    gettext_noop("What for: %(purpose)s. For nothing else; anything else needs a new consent."),
    gettext_noop("What the bank is told: %(data)s."),
    gettext_noop("How long: until the end of %(day)s. How often: %(count)s times at most."),
    gettext_noop(
        "How: a computer of %(platform)s (%(platform_contact)s) works out a score from the farm's own records. The "
        "bank must decide on its own, and a person there must look at it if the farm asks for that."
    ),
    gettext_noop(
        "The farm can take this back at any time, under “Credit” on this platform or by phone: from then on no "
        "question is answered. What the bank has rightly learnt until then stays with it."
    ),
    gettext_noop("Whoever says no loses nothing else on this platform. The farm pays nothing to this platform for it."),
)
_OWN = (
    gettext_noop("%(platform)s (%(platform_contact)s) works out a score of %(farm)s from the farm's own records."),
    gettext_noop("Only the farm itself sees it. No bank is told anything by this."),
    gettext_noop("How long: until the end of %(day)s. The farm can end it at any time under “Credit”."),
)
_FAIRNESS = (
    gettext_noop(
        "Scores must not be worse for women, or for older people, without a reason. To find that out, "
        "%(platform)s (%(platform_contact)s) asks you: are you a woman or a man, and are you 60 or older?"
    ),
    gettext_noop(
        "You need not say. What you say is kept apart from your records: no score is made with it, no bank sees it, "
        "and it stands in no log."
    ),
    gettext_noop("It is only counted together with others: a group of fewer than eleven farms is not shown."),
    gettext_noop("You can delete it here at any time. Whoever says nothing loses nothing."),
)
