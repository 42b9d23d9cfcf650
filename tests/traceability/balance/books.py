"""A hand-made book of a peanut plant in Heishan: one period at a loss of 12 %, one at 6 %. Generated figures."""

from decimal import Decimal

from traceability.balance import Run, Weighed


def part(name: str, kg: str) -> Weighed:
    return Weighed(name, Decimal(kg))


def _dried(*, out: str, spoilage: str, dust: str) -> Run:
    # 10,000 kg at 15.4 % are 9,400 kg at 10 %.
    return Run(
        step="drying",
        inputs=[part("harvest", "10000")],
        outputs=[part("dry", out)],
        losses=[part("moisture", "600"), part("spoilage", spoilage), part("dust", dust)],
        moisture_in=Decimal("15.4"),
        moisture_out=Decimal("10.0"),
    )


def _shelled(*, into: str, out: str, shells: str, spillage: str, pests: str) -> Run:
    return Run(
        step="shelling",
        inputs=[part("dry", into)],
        outputs=[part("kernels", out)],
        by_products=[part("shells", shells)],
        losses=[part("spillage", spillage), part("pests", pests)],
    )


def _packed(*, into: str, out: str, spillage: str) -> Run:
    return Run(
        step="packing",
        inputs=[part("kernels", into)],
        outputs=[part("bags", out)],
        losses=[part("spillage", spillage), part("sampling", "6")],
    )


BEFORE = [
    _dried(out="9000", spoilage="250", dust="100"),
    _shelled(into="9000", out="6048", shells="2400", spillage="300", pests="152"),
    _packed(into="6048", out="5872", spillage="120"),
]
AFTER = [
    _dried(out="9200", spoilage="120", dust="60"),
    _shelled(into="9200", out="6440", shells="2484", spillage="150", pests="66"),
    _packed(into="6440", out="6352", spillage="62"),
]
