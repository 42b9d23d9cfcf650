from datetime import date
from decimal import Decimal
from typing import Any

from tests.traceability.projections.histories import ENTITY_ID, Said, corrected, said
from traceability.projections import plots, processes, seasons
from traceability.projections.registry import PROJECTIONS, expected, of_entity

OPENED = said(
    "season.opened", on="season", plot=f"plot:{ENTITY_ID}", crop="rice", variety="盐丰47", year=2026, area_mu="38.6"
)


def grown(name: str, eseq: int, day: str, **body: Any) -> Said:
    return said(f"growth.{name}", on="season", eseq=eseq, date=day, **body)


def row(*history: Said) -> dict[str, object]:
    (found,) = seasons.rows([OPENED, *history])
    return found


def test_a_season_is_what_its_opening_says() -> None:
    assert row() == {
        "id": ENTITY_ID,
        "plot_id": ENTITY_ID,
        "crop": "rice",
        "variety": "盐丰47",
        "year": 2026,
        "area_mu": Decimal("38.6"),
        "opened_on": date(2026, 6, 1),
        "stage": "",
        "sown_on": None,
        "harvest_allowed_from": None,
        "harvested_kg": Decimal(0),
    }


def test_a_season_without_an_opening_or_with_a_withdrawn_one_makes_no_row() -> None:
    assert seasons.rows([]) == []
    assert seasons.rows([grown("sown", 0, "2026-06-02")]) == []
    assert seasons.rows([OPENED, corrected(OPENED, eseq=1, withdrawn=True)]) == []


def test_the_stage_is_the_one_seen_last_and_of_one_day_the_one_said_last() -> None:
    seen = [grown("observed", 1, "2026-07-02", stage="51"), grown("observed", 2, "2026-07-01", stage="30")]
    again = grown("observed", 3, "2026-07-02", stage="59")

    assert row(*seen)["stage"] == "51"
    assert row(*seen, again, grown("observed", 4, "2026-07-03", height_cm="90"))["stage"] == "59"


def test_withdrawn_work_counts_for_nothing() -> None:
    sprayed = grown("sprayed", 1, "2026-07-16", product="三环唑", phi_days=21)
    harvest = said("season.harvested", on="season", eseq=2, date="2026-09-28", kg="1000")
    history = [sprayed, harvest]

    standing = row(*history)
    withdrawn = row(*history, corrected(sprayed, eseq=3, withdrawn=True), corrected(harvest, eseq=4, withdrawn=True))

    assert (standing["harvest_allowed_from"], standing["harvested_kg"]) == (date(2026, 8, 6), Decimal(1000))
    assert (withdrawn["harvest_allowed_from"], withdrawn["harvested_kg"]) == (None, Decimal(0))


def test_a_process_links_all_that_came_out_with_all_that_went_in() -> None:
    lots = [f"lot:{number:08}-0000-4000-8000-000000000000" for number in range(4)]
    completed = said(
        "process.completed",
        on="process",
        inputs=[{"lot": lots[0], "kg": "1"}, {"lot": lots[1], "kg": "1"}],
        outputs=[{"lot": lots[2], "kg": "1"}],
        by_products=[{"name": "稻壳", "kg": "1", "lot": lots[3]}, {"name": "米糠", "kg": "1"}],
    )

    links = [(str(one["product_id"])[7], str(one["source_id"])[7]) for one in processes.rows([completed])]

    assert links == [("2", "0"), ("2", "1"), ("3", "0"), ("3", "1")]
    assert processes.rows([]) == []


def test_each_row_has_the_columns_that_are_declared() -> None:
    registered = said("plot.registered", on="plot", holder=str(ENTITY_ID), number="1", declared_mu="1")

    for history in ([registered], [OPENED]):
        for projection, found in expected(history[0].leaf.entity, history):
            assert tuple(found) == projection.columns
    on_lots = ["Lot", "Sample", "Hold", "Shipment", "Certificate", "CertificateCollection", "RecalledLot"]
    assert [one.model.__name__ for one in of_entity("lot:x")] == on_lots
    assert all(set(one.key) <= set(one.columns) for one in PROJECTIONS)
    assert plots.rows([OPENED]) == []
