"""What the codes in bodies are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from traceability.msgids import gettext_noop as _

_LABELS = {
    # Crops.
    "rice": _("rice"),
    "peanut": _("peanut"),
    "cherry": _("sweet cherry"),
    "strawberry": _("strawberry"),
    # Units that people type; those of laboratories read alike in every language.
    "kg": _("kg"),
    "jin": _("jin"),
    "t": _("t"),
    "mu": _("mu"),
    "ha": _("ha"),
    "m2": _("m2"),
    "m3": _("m³"),
    "cm": _("cm deep"),
    "g/mu": _("g/mu"),
    "kg/mu": _("kg/mu"),
    "mL/mu": _("mL/mu"),
    "L/mu": _("L/mu"),
    "g/L": _("g/L"),
    "mL/L": _("mL/L"),
    "dilution": _("times diluted"),
    # What an EPCIS event does to an item.
    "made": _("made"),
    "used": _("used up"),
    "undone": _("taken back"),
    # The part that an item plays in an EPCIS event, and the sort of thing it is.
    "epc": _("item"),
    "quantity": _("quantity"),
    "input": _("used"),
    "output": _("made"),
    "parent": _("container"),
    "child": _("content"),
    "LOT": _("lot"),
    "INSTANCE": _("single item"),
    "CONTAINER": _("logistic unit"),
    "OTHER": _("other item"),
    # Boundaries.
    "Point": _("point"),
    "Polygon": _("polygon"),
    "MultiPolygon": _("several polygons"),
    # Reasons.
    "typing_error": _("typing error"),
    "wrong_day": _("wrong day"),
    "wrong_place": _("wrong place"),
    "measured_again": _("measured again"),
    "did_not_occur": _("did not happen"),
    "given_up": _("given up"),
    "merged": _("merged with another"),
    "divided": _("divided"),
    "other_use": _("put to another use"),
    "replaced": _("replaced"),
    "lost": _("lost"),
    "stolen": _("stolen"),
    "left": _("its owner left"),
    "asked": _("the person asked for it"),
    "no_longer_needed": _("no longer needed"),
    "ordered": _("ordered by an authority"),
    "mistake": _("recorded by mistake"),
    "personal": _("shows personal data"),
    "secret": _("shows a trade secret"),
    "unlawful": _("unlawful"),
    "other": _("other"),
    # What a laboratory concludes.
    "conforming": _("conforms"),
    "non_conforming": _("does not conform"),
    # Why a lot is held back, or let go again.
    "failed_test": _("failed a test"),
    "recall": _("recall"),
    "suspicion": _("suspicion"),
    "authority": _("order of an authority"),
    "tested_again": _("passed when tested again"),
    "cleared": _("found to be in order"),
    "recall_closed": _("recall closed"),
    # Certificates: whose form, on what grounds, why void.
    "producer": _("producer's form"),
    "buyer": _("buyer's form"),
    "quality_control": _("quality control meets the requirements"),
    "own_test": _("passed own test"),
    "entrusted_test": _("passed entrusted test"),
    "wrong_content": _("wrong content"),
    "quality_doubt": _("doubts about quality"),
    "quantity_changed": _("quantity changed"),
    "superseded": _("superseded by another"),
    # Recalls: the law's three levels, and why.
    "1": _("level 1"),
    "2": _("level 2"),
    "3": _("level 3"),
    "contaminant": _("contaminant above its limit"),
    "residue": _("pesticide residue above its limit"),
    "foreign_matter": _("foreign matter"),
    "allergen": _("undeclared allergen"),
    "labelling": _("wrong label"),
    "complaint": _("complaints"),
    "exercise": _("drill"),
    # Sowing and transplanting.
    "broadcast": _("broadcast"),
    "drill": _("in drills"),
    "hole": _("in holes"),
    "tray": _("in seedling trays"),
    "film": _("under film"),
    "hand": _("by hand"),
    "machine": _("by machine"),
    "throwing": _("by throwing seedlings"),
    # Water and fertiliser.
    "flooding": _("flooding"),
    "furrow": _("furrows"),
    "drip": _("drip irrigation"),
    "sprinkler": _("sprinklers"),
    "draining": _("draining"),
    "base": _("base dressing"),
    "seedling": _("for seedlings"),
    "top_dressing": _("top dressing"),
    "leaf": _("on the leaves"),
    # Processes and losses.
    "drying": _("drying"),
    "cleaning": _("cleaning"),
    "hulling": _("hulling"),
    "milling": _("milling"),
    "shelling": _("shelling"),
    "roasting": _("roasting"),
    "pressing": _("pressing"),
    "sorting": _("sorting"),
    "blending": _("blending"),
    "dividing": _("dividing"),
    "packing": _("packing"),
    "moisture": _("moisture"),
    "dust": _("dust"),
    "impurity": _("impurities"),
    "spillage": _("spillage"),
    "spoilage": _("spoilage"),
    "pests": _("pests"),
    "sampling": _("sampling"),
    # Why a delivery was refused, or a count differs.
    "weight": _("the weight differs"),
    "damaged": _("damaged"),
    "wrong_goods": _("not what was ordered"),
    "late": _("too late"),
    "scale": _("another scale"),
    # Why a sample was taken.
    "own": _("own check"),
    "entrusted": _("entrusted by the owner"),
    "supervision": _("supervision by an authority"),
    "delivery": _("check on delivery"),
}
CODE_LABELS: Mapping[str, str] = MappingProxyType(_LABELS)


def register_labels(labels: Mapping[str, str]) -> None:
    """Take up what an app above calls its codes. Raises ValueError for a code that is called otherwise already."""
    for code, label in labels.items():
        if _LABELS.setdefault(code, label) != label:
            raise ValueError(f"{code}: is called {_LABELS[code]} already")


def code_label(code: str) -> str:
    """Return the English label of a code, for a page to translate; a code without one stands for itself."""
    return CODE_LABELS.get(code, code)
