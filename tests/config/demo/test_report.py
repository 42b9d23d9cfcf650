import io
from pathlib import Path

from rich.console import Console, RenderableType

from config.demo import report, verdict
from config.demo.published import Source, Taken
from config.demo.scenes import Stage
from tests.config.demo.conftest import only, tell_all
from traceability.enums import RunState
from traceability.models import VerificationRun


def text_of(shown: RenderableType) -> str:
    file = io.StringIO()
    Console(file=file, width=160).print(shown)
    return file.getvalue()


def taken(folder: str, **said: int | list[str]) -> Taken:
    source = Source(f"examples/{folder}/one.jsonld", Path("one.jsonld"), "epcis")
    return Taken(source=source, is_new=True, **said)  # type: ignore[arg-type]


def test_documents_are_summed_up_by_their_publishers() -> None:
    shown = text_of(
        report.published_table(
            [taken("gs1", events=3, captured=2, repeats=1), taken("gs1", events=1, conflicts=["urn:a"]), taken("other")]
        )
    )

    assert "│ gs1          │ 2         │ 4      │ 2        │ 1          │ 1         │ 0       │" in shown
    assert "│ all          │ 3         │ 4      │ 2        │ 1          │ 1         │ 0       │" in shown


def test_what_was_not_captured_is_named() -> None:
    notes = report.published_notes([taken("gs1", conflicts=["urn:a"], refusals=["/x: not_text"])])

    assert notes == [
        "examples/gs1/one.jsonld: the eventID urn:a is another event's already (409)",
        "examples/gs1/one.jsonld: /x: not_text",
    ]


def test_lot_stands_beside_the_result_that_comes_closest_to_its_limit(stage: Stage) -> None:
    tell_all(stage, only(stage, "goubangdi", "H5", "T5"))

    shown = text_of(report.findings_table(verdict.findings()))

    assert "│ 稻谷    │ 2026-10-02 │ fails   │ cadmium 0.27 of 0.2 mg/kg (135%), GB 2762-2025 T2 │" in shown


def test_verdict_says_what_was_checked() -> None:
    clean = VerificationRun(state=RunState.CLEAN, entries=509, rows=154, seconds=0.5)
    found = VerificationRun(state=RunState.FOUND, detail="see the operator's page")

    assert text_of(report.verdict_line(clean)).startswith("✓ The chain verifies: 509 records, 154 histories")
    assert text_of(report.verdict_line(found)).startswith("✗ The chain does not verify")
