"""Take the pictures anew: `python -m scripts.pictures [WORD ...]`, beside a demonstration that runs."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright
from rich.console import Console

from scripts.pictures.book import BOOK
from scripts.pictures.taking import Camera, chosen

ROOT = Path(__file__).resolve().parents[2]
console = Console(highlight=False)


def main() -> None:
    """Take each picture; exit with 1 where one could not be taken, after all others were."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pictures", description=__doc__)
    parser.add_argument("words", nargs="*", help="only pictures whose names hold one of these")
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where the demonstration answers")
    parser.add_argument("--browser", default="/usr/bin/chromium", help="a Chromium")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="the folder to write to")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.browser, args=["--no-sandbox"])
        camera = Camera(browser, arguments.at)
        failed = 0
        for picture in chosen(BOOK, arguments.words):
            try:
                console.print(f"{picture.name}: {camera.take(picture, arguments.docs) / 1000:.0f} kB")
            except Error as error:
                failed += 1
                console.print(f"{picture.name}: {error.message.splitlines()[0]}", style="red", markup=False)
        browser.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
