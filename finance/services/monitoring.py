"""Cards watched night by night: calibration, drift, fairness; and the rule by which another kind of card is due."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from finance.enums import CardState, ReportKind
from finance.fitting.fairness import Group
from finance.fitting.outcomes import WINDOW, Label, counted, kind_for
from finance.fitting.watching import Matured, Scores, calibration_report, drift_report, fairness_report
from finance.fitting.woe import Flags, Floats, Ints
from finance.models import CardReport, RuleSwitch, Scorecard
from finance.queries import levels
from finance.queries.outcomes import Lesson, groups_of, lessons, matured
from finance.queries.traits import told_groups
from finance.services.rescoring import rescore, scores_of
from traceability.ledger.scores import Card, Levels, parse_card
from traceability.ledger.scores.levels import WHOLE
from traceability.services import task_outbox
from traceability.standards.days import day_in_china

logger = logging.getLogger("suyuan.finance")

WATCH = "finance.watch_card"
_WATCHED = (CardState.CHAMPION, CardState.CHALLENGER)
# Below, a drawing would show chance.
_FEWEST = 30
# The outbox takes 64 characters of an argument, and the day needs some.
_ENOUGH_OF_ID = 40


@transaction.atomic
def request_reports(*, at: datetime) -> int:
    """Ask for tonight's reports on the card that counts and on the one beside it; asking twice is asking once."""
    day = day_in_china(at)
    cards = Scorecard.objects.filter(state__in=_WATCHED).order_by("pk").values_list("pk", flat=True)
    for card_id in cards:
        task_outbox.request(WATCH, f"{card_id[:_ENOUGH_OF_ID]} {day.isoformat()}", at=at)
    log_rule(at=at)
    return len(cards)


def watch_requested(argument: str, *, clock: Callable[[], datetime]) -> list[CardReport]:
    """Make the reports that a request names: the beginning of the card's id, and the day."""
    card_id, _, day = argument.partition(" ")
    return watch(Scorecard.objects.get(pk__startswith=card_id), day=date.fromisoformat(day), at=clock())


def watch(row: Scorecard, *, day: date, at: datetime) -> list[CardReport]:
    """Make a day's reports on a card; made again, they replace those of the day. Too few loans or farms give none.

    In no transaction: reckoning a hundred thousand farms takes longer than one may stay open. What a crash leaves
    undone, the next run makes.
    """
    card = parse_card(bytes(row.data), card_id=row.pk)
    learnt, rows = matured(lessons(on=day)), rescore(row, at=at)
    made: dict[ReportKind, dict[str, Any]] = {}
    reference = scores_of(card, [one.features for one in learnt])
    scores = np.array([one.score for one in rows], dtype=np.int64)
    farms = [one.standing for one in rows]
    groups: Mapping[str, Flags | Group] = {**groups_of(farms), **told_groups([one.subject for one in farms])}
    now = Scores(now=scores, reference=reference, groups=groups)
    if len(learnt) >= _FEWEST:
        loans = _loans(card, levels.current(row, at=at), learnt, reference)
        counties, crops = _by(learnt, "county"), _by(learnt, "crop")
        made[ReportKind.CALIBRATION] = calibration_report(loans, groups=counties, crops=crops)
        if len(rows) >= _FEWEST:
            made[ReportKind.DRIFT] = drift_report(loans, now, until=f"{day - WINDOW:%Y-%m}")
    if len(rows) >= _FEWEST:
        made[ReportKind.FAIRNESS] = fairness_report(now)
    return [_keep(row, kind, figures, day=day, at=at) for kind, figures in made.items()]


def log_rule(*, at: datetime) -> RuleSwitch | None:
    """Write down where the outcomes have come to allow another kind of card than before."""
    labels = counted(one.label for one in lessons(on=day_in_china(at)))
    outcomes = labels["good"] + labels["bad"]
    kind = kind_for(outcomes, labels["bad"])
    last = RuleSwitch.objects.order_by("-at", "-pk").first()
    if (last.kind if last else "expert") == kind:
        return None
    logger.info("outcomes now allow a card of kind %s: %s matured, %s bad", kind, outcomes, labels["bad"])
    return RuleSwitch.objects.create(kind=kind, outcomes=outcomes, bads=labels["bad"], at=at)


def _keep(row: Scorecard, kind: ReportKind, figures: Mapping[str, Any], *, day: date, at: datetime) -> CardReport:
    if figures["alarm"]:
        logger.warning("card %s: alarm of %s", row.pk, kind.value)
    made = {"figures": figures, "alarm": figures["alarm"], "made_at": at}
    report, _ = CardReport.objects.update_or_create(card=row, kind=kind, day=day, defaults=made)
    return report


def _loans(card: Card, known: Levels, learnt: Sequence[Lesson], scores: Ints) -> Matured:
    """Put together loans with the chances that the card gave; an overlay is of today, and these loans are not."""
    names = [f"{one.disbursed_on:%Y-%m}" for one in learnt]
    months = sorted(set(names))
    then = replace(known, overlay=None)
    chances = {score: then.chance(card.scale, score) / WHOLE for score in set(scores.tolist())}
    risk: Floats = np.array([chances[score] for score in scores.tolist()], dtype=np.float64)
    return Matured(
        risk=risk,
        bad=np.array([one.label is Label.BAD for one in learnt], dtype=np.bool_),
        month=np.array([months.index(name) for name in names], dtype=np.int64),
        months=months,
    )


def _by(learnt: Sequence[Lesson], trait: str) -> dict[str, Flags]:
    values = [getattr(one, trait) for one in learnt]
    names = sorted(set(values) - {""})
    return {name: np.array([value == name for value in values], dtype=np.bool_) for name in names}
