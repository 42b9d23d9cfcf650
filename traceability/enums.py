from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Crop(TextChoices):
    """The crops whose limits, grades and growth stages the platform knows."""

    RICE = "rice", _("rice")
    PEANUT = "peanut", _("peanut")
    CHERRY = "cherry", _("sweet cherry")
    STRAWBERRY = "strawberry", _("strawberry")


class LotKind(TextChoices):
    """What an item is, by its GS1 key."""

    LOT = "LOT", _("lot")
    INSTANCE = "INSTANCE", _("single item")
    CONTAINER = "CONTAINER", _("logistic unit")
    # All of a product, or of some asset, that nobody tells apart: each party has its own.
    CLASS = "CLASS", _("product")
    OTHER = "OTHER", _("other item")


class RecallLevel(TextChoices):
    """How grave it is, by the law's three levels."""

    FIRST = "1", _("level 1")
    SECOND = "2", _("level 2")
    THIRD = "3", _("level 3")


class RecallReason(TextChoices):
    """Why lots are recalled."""

    CONTAMINANT = "contaminant", _("contaminant above its limit")
    RESIDUE = "residue", _("pesticide residue above its limit")
    FOREIGN_MATTER = "foreign_matter", _("foreign matter")
    ALLERGEN = "allergen", _("undeclared allergen")
    LABELLING = "labelling", _("wrong label")
    COMPLAINT = "complaint", _("complaints")
    EXERCISE = "exercise", _("drill")
    OTHER = "other", _("other")


class CaptureState(TextChoices):
    """How far a capture job is."""

    RUNNING = "RUNNING", _("running")
    SUCCEEDED = "SUCCEEDED", _("succeeded")
    FAILED = "FAILED", _("failed")


class RunKind(TextChoices):
    """What a verification run covers."""

    INCREMENTAL = "INCREMENTAL", _("new entries")
    FULL = "FULL", _("everything")


class RunState(TextChoices):
    """How a verification run stands."""

    WAITING = "WAITING", _("waiting")
    RUNNING = "RUNNING", _("running")
    CLEAN = "CLEAN", _("clean")
    FOUND = "FOUND", _("found something")
    BROKEN = "BROKEN", _("could not run")


class Reached(TextChoices):
    """How far an event has come on its way into the log."""

    NONE = "NONE", _("chained and stored")
    INTEGRATED = "INTEGRATED", _("in the log")
    PUBLISHED = "PUBLISHED", _("under a signed checkpoint")


class CertificateForm(TextChoices):
    """Who promises: the producer, or the buyer who mixed or repacked."""

    PRODUCER = "producer", _("producer's form")
    BUYER = "buyer", _("buyer's form")


class HoldReason(TextChoices):
    """Why a lot is held back."""

    FAILED_TEST = "failed_test", _("failed a test")
    RECALL = "recall", _("recall")
    SUSPICION = "suspicion", _("suspicion")
    AUTHORITY = "authority", _("order of an authority")


class CopySign(TextChoices):
    """Why the scans of a bag's code cannot all be of one bag."""

    ENDED = "ENDED", _("scanned after the bag was used up")
    PACE = "PACE", _("scanned more often in one hour than one bag can be")
    MANY = "MANY", _("scanned more often than one bag can be")


class ShipmentState(TextChoices):
    """How far a shipment is."""

    SHIPPED = "SHIPPED", _("on the way")
    ACCEPTED = "ACCEPTED", _("accepted")
    REFUSED = "REFUSED", _("refused")
    VOIDED = "VOIDED", _("taken back")


class PartKind(TextChoices):
    """What a line of a run is."""

    INPUT = "INPUT", _("went in")
    OUTPUT = "OUTPUT", _("came out")
    BY_PRODUCT = "BY_PRODUCT", _("by-product")
    LOSS = "LOSS", _("loss")


class FeedbackKind(TextChoices):
    """What a consumer writes about."""

    SAFETY = "SAFETY", _("Unsafe, or it made somebody ill")
    QUALITY = "QUALITY", _("Quality, weight or packing")
    COPY = "COPY", _("It may be a fake")
    WRONG = "WRONG", _("Something on this page is wrong")
    QUESTION = "QUESTION", _("A question")
    PRAISE = "PRAISE", _("Praise")


class SheetKind(TextChoices):
    """What the rows of a sheet are."""

    PLOTS = "plots", _("plots")
    GROWTH = "growth", _("field work")
    INTAKES = "intakes", _("intakes")
    ORDERS = "orders", _("orders")


class ImportState(TextChoices):
    """How far a sheet is."""

    CHECKING = "CHECKING", _("being checked")
    CHECKED = "CHECKED", _("checked")
    LOADING = "LOADING", _("being loaded")
    DONE = "DONE", _("loaded")
