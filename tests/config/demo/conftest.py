from collections.abc import Sequence
from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from config.demo.cast import assemble
from config.demo.scenes import Scene, Stage
from config.demo.seed import Seed
from config.demo.story import story, tell
from tests.factories.farm import NOW


@pytest.fixture
def demonstration(settings: Settings) -> None:
    """Settings under which made-up people may be there."""
    settings.DEMO = True


@pytest.fixture
def stage(demonstration: None, db: None, log_keys: None) -> Stage:
    return Stage(Seed(7), assemble(Seed(7), at=NOW))


def clock() -> datetime:
    return NOW


def tell_all(stage: Stage, scenes: Sequence[Scene] | None = None) -> None:
    tell(story(stage) if scenes is None else scenes, stage, clock=clock, advance=lambda: None)


def only(stage: Stage, *words: str) -> list[Scene]:
    """Give the scenes whose names hold one of the words: the season of a plot, say, and what became of its harvest."""
    return [scene for scene in story(stage) if set(words) & set(scene.name.split())]
