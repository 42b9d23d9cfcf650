"""Whole small trades made up by chance, with what physically happened in them: the truth that walks must find."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from traceability.genealogy import Graph, Packing, Part, Step, holdings

MORNING = datetime(2026, 9, 1, tzinfo=UTC)
DEPTH = 8


@dataclass
class Run:
    """What a run really drew from which lots, and what came out."""

    drawn: dict[UUID, int]
    made: dict[UUID, int]
    opened: set[UUID]


@dataclass
class World:
    """A trade that goes on by chance: blends, splits, rework into lots that are there already, packing, unpacking."""

    chance: random.Random
    left: dict[UUID, int] = field(default_factory=dict)
    level: dict[UUID, int] = field(default_factory=dict)
    began: dict[UUID, int] = field(default_factory=dict)
    boxes: dict[UUID, dict[UUID, int]] = field(default_factory=dict)
    on: dict[UUID, UUID] = field(default_factory=dict)
    ever_in: set[tuple[UUID, UUID]] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    packings: list[Packing] = field(default_factory=list)
    clock: datetime = MORNING
    numbers: int = 0

    def name(self) -> UUID:
        self.numbers += 1
        return UUID(int=self.numbers)

    def tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def go_on(self, steps: int) -> None:
        for _ in range(4):
            self.harvest()
        for _ in range(steps):
            self.chance.choice([self.run, self.run, self.run, self.pack, self.stack, self.unpack, self.harvest])()

    def harvest(self) -> None:
        lot, kg = self.name(), self.chance.randint(1, 1000)
        self.left[lot] = self.began[lot] = kg
        self.level[lot] = 0

    def run(self) -> None:
        at = self.tick()
        free = [lot for lot in self.left if self.free(lot) > 0 and self.level[lot] < DEPTH]
        lots = self.chance.sample(free, min(len(free), self.chance.randint(1, 3)))
        drawn = {lot: self.chance.randint(1, self.free(lot)) for lot in lots}
        inputs = [Part(lot, Decimal(kg)) for lot, kg in drawn.items()]
        opened: set[UUID] = set()
        if self.boxes and self.chance.random() < 0.4:
            box = self.chance.choice(sorted(self.boxes))
            inputs.append(Part(box, None))
            self.empty(box, drawn, opened)
        if not drawn:
            return
        for lot, kg in drawn.items():
            self.left[lot] -= kg
        made = self.divided(sum(drawn.values()), drawn)
        self.steps.append(
            Step(self.name(), tuple(inputs), tuple(Part(lot, Decimal(kg)) for lot, kg in made.items()), at)
        )
        self.runs.append(Run(drawn, made, opened))

    def divided(self, weight: int, drawn: dict[UUID, int]) -> dict[UUID, int]:
        # Now and then the scale says a little more than went in.
        weight = weight + self.chance.randint(0, 2) if self.chance.random() < 0.2 else self.chance.randint(1, weight)
        parts = min(weight, self.chance.randint(1, 3))
        cuts = sorted(self.chance.sample(range(1, weight), parts - 1)) if parts > 1 else []
        made: dict[UUID, int] = {}
        for begin, end in zip([0, *cuts], [*cuts, weight], strict=True):
            lot = self.output(drawn)
            made[lot] = made.get(lot, 0) + end - begin
            self.left[lot] = self.left.get(lot, 0) + end - begin
        return made

    def output(self, drawn: dict[UUID, int]) -> UUID:
        made_before = sorted({lot for run in self.runs for lot in run.made} - self.began.keys())
        if made_before and self.chance.random() < 0.15:
            return self.chance.choice(made_before)
        lot = self.name()
        self.level[lot] = max(self.level[one] for one in drawn) + 1
        return lot

    def free(self, lot: UUID) -> int:
        return self.left[lot] - sum(box.get(lot, 0) for box in self.boxes.values())

    def pack(self) -> None:
        free = [lot for lot in self.left if self.free(lot) > 0]
        if not free:
            return
        lot = self.chance.choice(free)
        kg = self.chance.randint(1, self.free(lot))
        again = self.boxes and self.chance.random() < 0.5
        box = self.chance.choice(sorted(self.boxes)) if again else self.name()
        held = self.boxes.setdefault(box, {})
        held[lot] = held.get(lot, 0) + kg
        self.packings.append(Packing(box, "ADD", self.tick(), ((lot, Decimal(kg)),)))
        self.look()

    def stack(self) -> None:
        """Put a box into another one that is not inside it."""
        for box in sorted(self.boxes.keys() - self.on.keys()):
            others = sorted(one for one in self.boxes if one != box and box not in self.above(one))
            if others and self.chance.random() < 0.5:
                self.on[box] = self.chance.choice(others)
                self.packings.append(Packing(self.on[box], "ADD", self.tick(), ((box, None),)))
                self.look()
                return

    def unpack(self) -> None:
        if not self.boxes:
            return
        box = self.chance.choice(sorted(self.boxes))
        if self.boxes[box] and self.chance.random() < 0.6:
            lot = self.chance.choice(sorted(self.boxes[box]))
            kg = self.chance.randint(1, self.boxes[box][lot])
            self.boxes[box][lot] -= kg
            if not self.boxes[box][lot]:
                del self.boxes[box][lot]
            self.packings.append(Packing(box, "DELETE", self.tick(), ((lot, Decimal(kg)),)))
        else:
            self.clear(box)

    def clear(self, box: UUID) -> None:
        self.boxes[box] = {}
        self.on = {one: other for one, other in self.on.items() if other != box}
        self.packings.append(Packing(box, "DELETE", self.tick()))

    def empty(self, box: UUID, drawn: dict[UUID, int], opened: set[UUID]) -> None:
        """Pour a box, and those inside it, into a run."""
        opened.add(box)
        for inner in [one for one, other in self.on.items() if other == box]:
            self.empty(inner, drawn, opened)
        for lot, kg in self.boxes[box].items():
            drawn[lot] = drawn.get(lot, 0) + kg
        self.clear(box)

    def above(self, box: UUID) -> set[UUID]:
        found = {box}
        while box in self.on:
            box = self.on[box]
            found.add(box)
        return found

    def look(self) -> None:
        """Note what is in what at this moment."""
        for box, held in self.boxes.items():
            for outer in self.above(box):
                self.ever_in |= {(outer, lot) for lot in held}
                if outer != box:
                    self.ever_in.add((outer, box))

    def graph(self) -> Graph:
        masses = {lot: Decimal(kg) for lot, kg in self.began.items()}
        return Graph(self.steps, holdings(self.packings), masses)

    def closure(self, start: UUID, *, forward: bool) -> set[UUID]:
        """Find all lots up or down by going over all runs again and again until nothing is new."""
        found = {start}
        while True:
            more = set(found)
            for run in self.runs:
                near, far = (run.drawn, run.made) if forward else (run.made, run.drawn)
                if found & near.keys():
                    more |= far.keys() | (set() if forward else run.opened)
            if more == found:
                return found
            found = more

    def proportional_peaks(self, source: UUID) -> dict[UUID, Fraction]:
        """Replay everything with each run well mixed, and give the most of the source that each lot ever held."""
        kg = {lot: Fraction(weight) for lot, weight in self.began.items()}
        of_it = {source: Fraction(self.began.get(source, 0))}
        peaks = dict(of_it)
        for run in self.runs:
            went_in = Fraction(0)
            for lot, weight in run.drawn.items():
                part = of_it.get(lot, Fraction(0)) * weight / kg[lot]
                of_it[lot] = of_it.get(lot, Fraction(0)) - part
                kg[lot] -= weight
                went_in += part
            spread = max(sum(run.made.values()), sum(run.drawn.values()))
            for lot, weight in run.made.items():
                of_it[lot] = of_it.get(lot, Fraction(0)) + went_in * weight / spread
                kg[lot] = kg.get(lot, Fraction(0)) + weight
                peaks[lot] = max(peaks.get(lot, Fraction(0)), of_it[lot])
        return peaks

    def any_peaks(self, source: UUID) -> dict[UUID, int]:
        """Replay everything with the source drawn and poured as badly as chance likes, and give the peaks."""
        kg, of_it = dict(self.began), {source: self.began.get(source, 0)}
        peaks = dict(of_it)
        for run in self.runs:
            went_in = 0
            for lot, weight in run.drawn.items():
                has = of_it.get(lot, 0)
                part = self.chance.choice([min(has, weight), max(0, weight - (kg[lot] - has))])
                of_it[lot] = has - part
                kg[lot] -= weight
                went_in += part
            for lot, weight in run.made.items():
                part = min(went_in, weight)
                went_in -= part
                of_it[lot] = of_it.get(lot, 0) + part
                kg[lot] = kg.get(lot, 0) + weight
                peaks[lot] = max(peaks.get(lot, 0), of_it[lot])
        return peaks


def world(seed: int, steps: int = 40) -> World:
    made = World(random.Random(seed))  # noqa: S311 - worlds that can be made again
    made.go_on(steps)
    return made
