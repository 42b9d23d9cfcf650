"""A verifier that cries wolf is soon ignored: whatever people do, and whenever the log takes it, fsck is silent.

SUYUAN_CLEAN_WORLDS=100 tells a hundred histories.
"""

import os
import random
import sys
from collections.abc import Callable

import pytest

from accounts.models import Membership
from tests import databases
from tests.factories import farm, log, stories
from tests.factories.parties import make_member
from tests.traceability.epcis import samples
from traceability.ledger import Frontier
from traceability.models import LogState, Opening, Season
from traceability.services import capture
from traceability.services.captured_events import Capturer
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.fsck import Fsck
from traceability.services.integrator import integrate_once
from traceability.services.publisher import publish_once
from traceability.services.rows import bring_in_line

WORLDS = int(os.environ.get("SUYUAN_CLEAN_WORLDS", "6"))
STEPS = 50

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("log_keys"),
]


class World:
    """People who do whatever chance tells them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._member = make_member()
        self._seasons = [farm.make_season(self._member)]
        self._captured = 0
        self.checked = Frontier()

    def step(self) -> None:
        self._chance.choice(self._steps())()

    def _steps(self) -> list[Callable[[], object]]:
        daily = [self._work, self._work, integrate_once, self._publish]
        return [*daily, self._plot, self._season, self._photo, self._sign, self._harvest, self._capture, self._erase]

    def _season_of_somebody(self) -> Season:
        return self._chance.choice(self._seasons)

    def _by(self, season: Season) -> Membership:
        return season.plot.holder.memberships.get()

    def _work(self) -> None:
        season = self._season_of_somebody()
        farm.log(season, "tended", by=self._by(season), days=1, operation="weeding")

    def _publish(self) -> None:
        integrate_once()
        publish_once(at=farm.NOW)

    def _plot(self) -> None:
        farm.make_plot(self._member, name="东大方", boundary=farm.boundary_bytes())

    def _season(self) -> None:
        self._seasons.append(farm.make_season(make_member()))

    def _photo(self) -> None:
        season = self._season_of_somebody()
        log.add_photo(season, by=self._by(season))

    def _sign(self) -> None:
        season = self._season_of_somebody()
        stories.signed_photo(season, self._by(season))
        bring_in_line([season.entity])

    def _harvest(self) -> None:
        season = farm.make_season(self._member)
        farm.make_lot(self._member, season)

    def _capture(self) -> None:
        self._captured += 1
        lot = samples.PADDY.replace("PJ240928A01", f"PJ{self._captured:06}")
        event = samples.milling(inputQuantityList=[samples.amount(lot, 1000)])
        capturer = Capturer(party=self._member.organisation, user=self._member.user)
        capture.take(samples.document(event), capturer=capturer, proceed=False, at=farm.NOW)

    def _erase(self) -> None:
        opening = Opening.objects.filter(path="boundary").first()
        if opening:
            erasure = Erasure(record_id=opening.record_id, paths=["boundary"])
            erase_personal(erasure=erasure, entry=farm.entry(farm.AUTUMN), membership=self._member, at=farm.NOW)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_no_false_alarm_after_any_step(seed: int) -> None:
    world = World(random.Random(seed))  # noqa: S311 - histories that can be told again
    clean = 0
    for _ in range(STEPS):
        world.step()
        everything, news = Fsck(), Fsck(files=False)

        assert list(everything.faults()) == []
        assert list(news.faults_since(world.checked)) == []
        clean += 2
        if news.frontier and world.checked.size + 5 < news.frontier.size:
            world.checked = news.frontier

    sys.stdout.write(f"{clean} runs over a log of {LogState.objects.get().size} entries raised no alarm\n")
    databases.empty()
