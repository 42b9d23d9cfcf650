"""The book of pictures and the pictures that the pages for people show are the same."""

import re

from scripts.pictures.book import BOOK
from scripts.pictures.taking import chosen
from tests.architecture.sources import ROOT

# What the demonstration has not: a sheet out of a PDF, a certificate on paper, a report half written, a year of loans.
FROM_ELSEWHERE = {
    "guides/labels-sheet.png",
    "guides/images/certificate-label.png",
    "guides/images/laboratory-review.png",
    "guides/images/scorecards-card.png",
}


def test_every_picture_of_a_page_can_be_taken_anew() -> None:
    docs = ROOT / "docs"

    kept = {path.relative_to(docs).as_posix() for path in docs.glob("**/*.png")}

    assert {one.name for one in BOOK} == kept - FROM_ELSEWHERE


def test_a_word_chooses_the_pictures_whose_names_hold_it() -> None:
    assert {one.name for one in chosen(BOOK, ["market-"])} == {
        "guides/images/market-board.png",
        "guides/images/market-run.png",
    }
    assert chosen(BOOK, []) == list(BOOK)


def test_every_way_begins_on_a_page_of_ours() -> None:
    assert [one.name for one in BOOK if not re.match(r"/[a-z0-9]*", one.start) or one.most < 300] == []
