"""Credit in the demonstration: a card, consents, questions with and without an answer, a loan that was paid back.

A score rests on what the published log holds, so that there are acts, and the log is brought up to date between them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings

from config.demo import credit_past
from config.demo.bank_machine import BANK, asker, machine
from config.demo.credit_past import FARM
from config.demo.scenes import Play, Scene, Stage
from config.demo.story import Told, tell
from config.demo.tables import moment, table
from finance.credentials import LIST_BITS
from finance.enums import PostingKind, Purpose
from finance.errors import ConsentError
from finance.models import Consent, Credential, Dispute, LoanPosting, Referral, Score, Scorecard
from finance.services import answering, answers, cards, consents, credentials, disputes, loans, referrals
from finance.services.answers import Answer, Asked, Asker
from finance.services.consents import Terms
from finance.services.credentials import Place
from finance.services.disputes import Doubt
from finance.services.loans import Posting
from finance.services.referrals import Wish
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china

Row = Mapping[str, Any]
# How many acts there are.
ACTS = 4
_ORIGIN = "http://127.0.0.1:8000"


def play(
    stage: Stage, *, clock: Callable[[], datetime], settle: Callable[[], None], advance: Callable[[], None]
) -> Told:
    """Record what has not been recorded yet, and tell how much that was. Raises what the services raise.

    `settle` brings the log up to date, `advance` is called after each act.
    """
    now = clock()
    machine(stage, at=now)
    told = Told(now=0, before=0, later=0)
    for act in (_past, _spring, _autumn, _winter):
        done = tell(list(act(stage, now)), stage, clock=clock, advance=lambda: None)
        told = Told(now=told.now + done.now, before=told.before + done.before, later=told.later + done.later)
        if done.later:
            # Nothing of what rests on this has happened yet.
            break
        if done.now:
            settle()
        advance()
    return told


def _past(stage: Stage, now: datetime) -> Iterator[Scene]:  # noqa: ARG001 - acts are alike
    yield from sorted(credit_past.scenes(stage), key=lambda scene: scene.time)
    said = table("credit")
    yield Scene(name="credit card", time=moment(said["card"]["time"]), play=partial(_card, stage))
    yield _given(stage, "spring")


def _spring(stage: Stage, now: datetime) -> Iterator[Scene]:
    spring, autumn = _consent("spring"), _consent("autumn")
    asked = moment(spring["time"]) + timedelta(days=1)
    yield _asked(stage, "spring", asked, purpose=Purpose.UNDERWRITING)
    for number, row in enumerate(table("credit")["postings"]):
        yield Scene(name=f"credit loan {number}", time=moment(row["time"]), play=partial(_post, stage, row))
    yield Scene(name="credit consent autumn", time=moment(autumn["time"]), play=partial(_give, stage, autumn))
    for key in ("new", "own"):
        yield _given(stage, key, now)


def _autumn(stage: Stage, now: datetime) -> Iterator[Scene]:
    given = moment(_consent("autumn")["time"])
    yield _asked(stage, "autumn", given + timedelta(days=1), purpose=Purpose.UNDERWRITING)
    back = given + timedelta(days=4)
    yield Scene(name="credit revoked", time=back, play=partial(_revoke, stage))
    yield _asked(stage, "autumn", back + timedelta(days=1), purpose=Purpose.UNDERWRITING, again=" again")
    yield _asked(stage, "new", now, purpose=Purpose.PRE_ASSESSMENT)
    # Asked for more than was allowed: refused, and written down.
    yield _asked(stage, "new", now, purpose=Purpose.UNDERWRITING, again=" wrong")
    yield _now("credit score", now, partial(_look, stage))


def _winter(stage: Stage, now: datetime) -> Iterator[Scene]:
    yield _now("credit certificate", now, partial(_certify, stage))
    yield _now("credit wish", now, partial(_refer, stage))
    yield _now("credit dispute", now, partial(_dispute, stage))


def _now(name: str, now: datetime, playing: Play) -> Scene:
    return Scene(name=name, time=now, play=playing)


def _consent(key: str) -> Row:
    found: Row = next(row for row in table("credit")["consents"] if row["key"] == key)
    return found


def _given(stage: Stage, key: str, now: datetime | None = None) -> Scene:
    row = _consent(key)
    return Scene(name=f"credit consent {key}", time=now or moment(row["time"]), play=partial(_give, stage, row))


def _asked(stage: Stage, key: str, time: datetime, *, purpose: Purpose, again: str = "") -> Scene:
    playing = partial(_ask, stage, key, purpose)
    return Scene(name=f"credit question {key}{again}", time=time, play=playing)


def _card(stage: Stage, *, entry: Entry, at: datetime) -> Scorecard:  # noqa: ARG001 - told on its day, here and below
    return cards.ensure_expert(entry=entry, membership=stage.cast.member("operator"), at=entry.time)


def _give(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Consent:  # noqa: ARG001
    member = stage.cast.member(FARM)
    purpose = Purpose(row["purpose"])
    terms = Terms(
        recipient=member.organisation if purpose == Purpose.OWN_VIEW else stage.cast.parties[BANK],
        purpose=purpose,
        categories=tuple(row["categories"]),
        until=day_in_china(entry.time + timedelta(days=row["days"])),
        max_queries=row["queries"],
    )
    drafted = consents.draft(
        terms=terms,
        subject=member.organisation,
        language="zh-hans",
        entry=Entry(id=entry.id_of("draft"), time=entry.time),
        membership=member,
        at=entry.time,
    )
    return consents.grant(consent=drafted, entry=entry, membership=member, at=entry.time)


def _found(stage: Stage, key: str) -> Consent:
    drafted = Entry(id=stage.id_of(f"credit consent {key}"), time=moment(table("credit")["card"]["time"]))
    return Consent.objects.select_related("subject", "recipient").get(pk=drafted.id_of("draft"))


def _ask(stage: Stage, key: str, purpose: Purpose, *, entry: Entry, at: datetime) -> Answer | None:
    consent = _found(stage, key)
    asked = Asked(
        consent_ref=consent.pk,
        purpose=purpose,
        loan_ref=table("credit")["loan"]["number"] if key == "spring" else "",
        categories=tuple(consent.categories),
    )
    with suppress(ConsentError):
        return answers.answer(asker=asker(stage, at=at), asked=asked, entry=entry, at=entry.time)
    return None


def _revoke(stage: Stage, *, entry: Entry, at: datetime) -> Consent:  # noqa: ARG001
    member = stage.cast.member(FARM)
    return consents.revoke(consent=_found(stage, "autumn"), entry=entry, membership=member, at=entry.time)


def _post(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> LoanPosting:
    loan = table("credit")["loan"]
    kind = PostingKind(row["kind"])
    posting = Posting(
        id=entry.id,
        consent_ref=_found(stage, "spring").pk,
        loan_ref=loan["number"],
        kind=kind,
        on=entry.day,
        amount_fen=row.get("fen"),
        days_past_due=row.get("late"),
        due_on=loan["due_on"] if kind == PostingKind.DISBURSEMENT else None,
        yearly_cost_bp=loan["yearly_cost_bp"] if kind == PostingKind.APPROVAL else None,
    )
    return loans.post(posting=posting, asker=asker(stage, at=at), at=entry.time)


def _look(stage: Stage, *, entry: Entry, at: datetime) -> Answer:  # noqa: ARG001
    own = _found(stage, "own")
    asked = Asked(consent_ref=own.pk, purpose=Purpose.OWN_VIEW, categories=tuple(own.categories))
    return answers.answer(asker=Asker(membership=stage.cast.member(FARM)), asked=asked, entry=entry, at=entry.time)


def _score(stage: Stage) -> Score:
    return Score.objects.filter(subject=stage.cast.parties[FARM]).latest("computed_at")


def _certify(stage: Stage, *, entry: Entry, at: datetime) -> Credential:  # noqa: ARG001
    place = Place(origin=settings.LABEL_ORIGIN or _ORIGIN, position=stage.seed.dice("certificate").randrange(LIST_BITS))
    return credentials.issue(
        consent=_found(stage, "new"),
        scored=answering.scored(_score(stage)),
        place=place,
        entry=entry,
        membership=stage.cast.member(FARM),
        at=entry.time,
    )


def _refer(stage: Stage, *, entry: Entry, at: datetime) -> Referral:  # noqa: ARG001
    wish = Wish(**table("credit")["wish"])
    member = stage.cast.member(FARM)
    return referrals.refer(consent=_found(stage, "new"), wish=wish, entry=entry, membership=member, at=entry.time)


def _dispute(stage: Stage, *, entry: Entry, at: datetime) -> Dispute:  # noqa: ARG001
    doubt = Doubt(**table("credit")["dispute"], score=_score(stage).pk)
    return disputes.open_dispute(doubt=doubt, entry=entry, membership=stage.cast.member(FARM), at=entry.time)
