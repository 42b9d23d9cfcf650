"""Every case of the published Digital Link data: the reference's answers, and ours."""

from typing import Any

import pytest

from tests.traceability.epcis import vectors
from traceability.epcis import digital_link as dl
from traceability.epcis import element_strings as es
from traceability.epcis.application_identifiers import find, paths
from traceability.epcis.identifiers import digital_link
from traceability.epcis.keys import has_check_digit

FOLDER = vectors.FOLDER / "digital-link"
LENIENCY = {
    "permitConvenienceAlphas": dl.Leniency.SHORT_NAMES,
    "PermitZeroSuppressedGTINinDLuris": dl.Leniency.SHORT_GTINS,
    "PermitUnknownAIs": dl.Leniency.UNASSIGNED,
    "disable:gs1_encoder_vUNKNOWN_AI_NOT_DL_ATTR": dl.Leniency.UNASSIGNED_ATTRIBUTES,
}


def cases_of(name: str) -> list[Any]:
    found: Any = vectors.read(f"digital-link/{name}.json")
    return list(found["cases"] if isinstance(found, dict) else found)


def leniency_of(case: Any) -> dl.Leniency:
    options = [LENIENCY[name] for name in case.get("options", ())]
    return options[0] | options[-1] if options else dl.Leniency.NONE


@vectors.cases(cases_of("check-digits"))
def test_check_digits(case: Any) -> None:
    assert has_check_digit(case["value"]) is case["valid"]


@vectors.cases(cases_of("check-digits"))
def test_check_digits_under_their_identifier(case: Any) -> None:
    if "ai" in case:
        assert es.element(case["ai"], case["value"]).value == case["value"]


@vectors.cases(cases_of("epc-normalise"))
def test_identifiers_come_to_their_canonical_form(case: Any) -> None:
    assert digital_link(case["input"]) == case["canonical"]


@vectors.cases([case for case in cases_of("syntax-engine-parse") if case["valid"]])
def test_links_that_the_reference_reads_give_its_elements(case: Any) -> None:
    found = dl.parse(case["uri"], leniency=leniency_of(case))

    assert es.for_symbol(found, fnc1="^") == case["elements_caret_as_FNC1"]


@vectors.cases([case for case in cases_of("syntax-engine-parse") if not case["valid"]])
def test_links_that_the_reference_refuses_are_refused(case: Any) -> None:
    with pytest.raises(es.ElementError):
        dl.parse(case["uri"], leniency=leniency_of(case))


def read(case: Any) -> list[es.Element]:
    found = dl.parse(case["uri"]) if "uri" in case else es.from_brackets(case["elements"])
    es.check_together(found)
    return found


@vectors.cases([case for case in cases_of("reference-engine-liaoning") if case["valid"]])
def test_what_the_reference_takes_is_taken_and_written_like_it(case: Any) -> None:
    found = read(case)

    assert es.bracketed(found) == case["elements_bracketed"]
    assert es.from_symbol(es.for_symbol(found)) == found
    if case["canonical_uri"] is None:
        with pytest.raises(dl.DigitalLinkError):
            dl.write(found)
    else:
        assert dl.write(found) == case["canonical_uri"]
        assert es.bracketed(dl.parse(case["canonical_uri"])) == es.bracketed(dl.parse(dl.write(found)))


@vectors.cases([case for case in cases_of("reference-engine-liaoning") if not case["valid"]])
def test_what_the_reference_refuses_is_refused(case: Any) -> None:
    with pytest.raises(es.ElementError):
        read(case)


def entries() -> list[list[str]]:
    """The lines of the published dictionary, in words."""
    if not FOLDER.is_dir():
        return []
    text = (FOLDER / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8")
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [line for line in lines if line]


@vectors.cases(entries())
def test_the_table_says_what_the_dictionary_says(case: list[str]) -> None:
    first, _, last = case[0].partition("-")
    flags = case[1] if set(case[1]) <= {"*", "?"} else ""
    attributes = [word for word in case[1:] if word.startswith(("req=", "ex=", "dlpkey"))]
    form = [word for word in case[1:] if word != flags and word not in attributes]
    for number in {first, last or first}:
        found = find(number)
        assert found is not None
        assert (found.is_fixed, found.is_attribute) == ("*" in flags, "?" in flags)
        assert [",".join(("", *one.rules)) for one in found.components] == [
            "".join(f",{rule}" for rule in word.strip("[]").replace("]", "").split(",")[1:]) for word in form
        ]
        assert [one.optional for one in found.components] == [word.startswith("[") for word in form]
        assert ["+".join(group) for one in found.requires for group in one] == [
            group for word in attributes if word.startswith("req=") for group in word[4:].split(",")
        ]
        assert list(found.excludes) == [
            one for word in attributes if word.startswith("ex=") for one in word[3:].split(",")
        ]
        assert ((number,) in paths()) is any(word.startswith("dlpkey") for word in attributes)
