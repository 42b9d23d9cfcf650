"""The comparison as a table and as a drawing; both say that it is synthetic."""

from collections.abc import Mapping, Sequence
from html import escape
from statistics import median

from orders.season.params import Params
from orders.season.simulate import POLICIES, Figures
from orders.season.watching import Alarms

Results = Mapping[str, Sequence[Figures]]
_COLUMNS = (
    ("unsold", "unsold %", 100, 1),
    ("fulfilled", "fulfilled %", 100, 1),
    ("freight", "freight yuan/kg", 1, 3),
    ("revenue", "revenue yuan/mu", 1, 0),
    ("under_half", "farms selling < half %", 100, 1),
)
_BAR, _LEFT, _ROW, _TOP = 420, 330, 34, 74


def notice(params: Params, seeds: int) -> str:
    """Say what the figures are, and what was chosen."""
    return (
        f"Synthetic market, {seeds} seeds, {params.seasons - params.burn_in} counted seasons each; nothing is measured "
        f"on real farms. How much the old way leaves unsold is an input: price chasing theta {params.theta}, "
        f"demand sd {params.demand_sd}. Presale share {params.presale}, demand to supply {params.ratio}."
    )


def table(found: Results, params: Params) -> str:
    """Write the median and the range over the seeds of each policy, as lines of text."""
    heads = ["policy", *(head for _name, head, _scale, _places in _COLUMNS)]
    rows = [[name, *(_cell(found[name], *column) for column in _COLUMNS)] for name in found]
    seeds = len(next(iter(found.values())))
    return "\n".join([notice(params, seeds), "", *_aligned([heads, *rows])])


def alarm_table(found: Mapping[str, Sequence[Alarms]]) -> str:
    """Write how alerts two weeks before the harvest did: median and range over the seeds, as lines of text."""
    heads = ("alerts 14 days ahead", "recall %", "precision %", "raised", "supplies")
    rows = [
        (
            name,
            *(_range([100 * getattr(one, part) for one in alarms], 1) for part in ("recall", "precision")),
            *(_range([getattr(one, part) for one in alarms], 0) for part in ("raised", "supplies")),
        )
        for name, alarms in found.items()
    ]
    return "\n".join(_aligned([heads, *rows]))


def figure(found: Results, params: Params) -> str:
    """Draw what stays unsold by policy, the median as a bar and the range as a line, as SVG."""
    seeds = len(next(iter(found.values())))
    most = max(one.unsold for figures in found.values() for one in figures) or 1
    rows = "".join(_bar(place, name, found[name], most) for place, name in enumerate(found))
    height = _TOP + _ROW * len(found) + 16
    words = escape(notice(params, seeds))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _BAR + 90} {height}" '
        'font-family="sans-serif" font-size="13" role="img">'
        f"<title>Unsold share of the harvest by policy (synthetic)</title><desc>{words}</desc>"
        '<rect width="100%" height="100%" fill="#fff"/>'
        '<text x="16" y="26" font-size="17" font-weight="700">Unsold share of the harvest (synthetic)</text>'
        f'<text x="16" y="48" fill="#555">median and range over {seeds} seeds; the old way is an input</text>'
        f"{rows}</svg>\n"
    )


def _bar(place: int, name: str, figures: Sequence[Figures], most: float) -> str:
    values = sorted(one.unsold for one in figures)
    y, scale = _TOP + _ROW * place, _BAR / most
    middle = median(values)
    line = f'x1="{_LEFT + values[0] * scale:.1f}" x2="{_LEFT + values[-1] * scale:.1f}" y1="{y + 9}" y2="{y + 9}"'
    return (
        f'<text x="16" y="{y + 14}">{escape(POLICIES[name][:46])}</text>'
        f'<rect x="{_LEFT}" y="{y}" width="{middle * scale:.1f}" height="18" fill="#2f6f3e"/>'
        f'<line {line} stroke="#b58a2a" stroke-width="3"/>'
        f'<text x="{_LEFT + values[-1] * scale + 8:.1f}" y="{y + 14}">{100 * middle:.1f} %</text>'
    )


def _cell(figures: Sequence[Figures], name: str, _head: str, scale: int, places: int) -> str:
    return _range([scale * getattr(one, name) for one in figures], places)


def _range(values: Sequence[float], places: int) -> str:
    return f"{median(values):.{places}f} [{min(values):.{places}f}-{max(values):.{places}f}]"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
