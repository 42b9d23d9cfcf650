"""A sheet of 240 labels, each with a QR code and a serial number of its own: seconds beside the limit, as JSON.

python -m benchmarks.labels [REPEATS]
"""

import json
import sys
import time
from pathlib import Path

from traceability.labels.formats import FORMATS
from traceability.labels.sheet import Label, Sheet, draw_sheet

COUNT = 240
LIMIT_SECONDS = 2.0
FONT = Path(__file__).resolve().parents[1] / "node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf"


def labels(run: int) -> list[Label]:
    """Make the labels of one run: no two alike, and none as in another run."""
    serials = [f"BCDFGHJK{run:02}{number:04}" for number in range(COUNT)]
    return [
        Label(
            uri=f"https://trace.example.cn/01/09521234000018/21/{serial}",
            name="盘锦大米 盐丰47 粳米 5 kg",
            lines=("批号 PJ261005A01", "生产日期 2026-10-05", "扫码看来历"),
            plain=f"(01)09521234000018(21){serial}",
        )
        for serial in serials
    ]


def timed(name: str, run: int) -> tuple[float, Sheet]:
    """Draw one sheet, and say how long it took."""
    wanted = labels(run)
    start = time.perf_counter()
    sheet = draw_sheet(wanted, FORMATS[name], font=FONT, title="benchmark")
    return time.perf_counter() - start, sheet


def main() -> None:
    """Print the seconds of the first sheet, which opens the font, and the best of those that follow, by format."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    found: dict[str, object] = {"labels": COUNT, "limit_seconds": LIMIT_SECONDS, "font": FONT.exists()}
    for position, name in enumerate(FORMATS):
        first, sheet = timed(name, 10 * position)
        rest = [timed(name, 10 * position + run)[0] for run in range(1, repeats)]
        found[name] = {
            "first_seconds": round(first, 3),
            "best_seconds": round(min(rest, default=first), 3),
            "pages": sheet.pages,
            "bytes": len(sheet.pdf),
            "module_mm": sheet.module_mm,
            "symbol": sheet.symbol,
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
