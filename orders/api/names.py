"""What is named in a request, found; else a refusal that points at where it was named."""

from datetime import date

from orders.models import DeliveryWindow, Grade, Node, Product
from traceability.errors import RefusedError


def product(code: str, pointer: str = "/product") -> Product:
    """Find a product by its code. Raises RefusedError."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise RefusedError(pointer, "unknown_product")
    return found


def grade(of: Product, rank: int, pointer: str) -> Grade:
    """Find a product's grade by its rank. Raises RefusedError."""
    found = of.grades.filter(rank=rank).first()
    if found is None:
        raise RefusedError(pointer, "grade_of_another_product")
    return found


def window(of: Product, starts_on: date, pointer: str) -> DeliveryWindow:
    """Find a product's delivery window by its first day. Raises RefusedError."""
    found = of.windows.filter(starts_on=starts_on).first()
    if found is None:
        raise RefusedError(pointer, "window_of_another_product")
    return found


def node(code: str, pointer: str) -> Node:
    """Find a region by its division code. Raises RefusedError."""
    found = Node.objects.filter(code=code).first()
    if found is None:
        raise RefusedError(pointer, "no_such_region")
    return found
