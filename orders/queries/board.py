"""The demand board: forecasts of harvests, what processors need, and what is sold ahead, in one place (M7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from orders.enums import GONE, ChannelKind
from orders.models import OrderLine, Product
from orders.queries.market import promised_to_each
from orders.queries.picture import Stand, picture


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need, and how much of it nobody has promised yet."""

    line: OrderLine
    open_kg: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A product in a window: how it stands, and who needs some of it."""

    stand: Stand
    needs: list[Wanted]


def needs() -> QuerySet[OrderLine]:
    """List the needs that stand, of everybody: whoever releases one wants it to be seen."""
    found = OrderLine.objects.filter(order__channel__kind=ChannelKind.NEED).exclude(state__in=GONE)
    related = ("order__channel__organisation", "product", "window", "node", "min_grade")
    return found.select_related(*related).order_by("product__code", "window__starts_on", "-price_fen_per_kg", "pk")


def board(products: QuerySet[Product], *, today: date) -> list[Place]:
    """List products and windows that are not over, with what is forecast, needed and sold ahead."""
    wanted: dict[tuple[int, int], list[Wanted]] = {}
    lines = list(needs().filter(product__in=products))
    promised = promised_to_each(lines)
    for line in lines:
        key = (line.product_id, line.window_id)
        wanted.setdefault(key, []).append(Wanted(line, max(line.kg - promised[line.pk], Decimal(0))))
    stands = picture(products, since=today)
    return [Place(one, wanted.get((one.product.pk, one.about.pk), [])) for one in stands]  # type: ignore[union-attr]
