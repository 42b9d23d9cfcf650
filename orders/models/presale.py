"""What is offered ahead and ordered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import OPEN_LINES, ChannelKind, DepositKind, LineState, OfferState, Substitution, Weight
from orders.models.market import DeliveryWindow, Grade, Node, Product
from orders.money import fen_of


class Channel(models.Model):
    """A shop or a stream of a party, which sends orders under its own numbers and signs them."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="channels")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=ChannelKind.choices)
    # Who set it up, and answers for what comes in through it.
    clerk = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("answers for it")
    )
    # The key of its webhooks, sealed by the vault; empty for a channel without a machine.
    sealed_secret = models.BinaryField(_("webhook key, sealed"), max_length=400, blank=True, default=b"")

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A sale within a channel; its code in a QR tells which orders it brought."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="campaigns")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "code"], name="campaign_code_once")]

    def __str__(self) -> str:
        return self.name


class PresaleOffer(models.Model):
    """What a seller sells ahead: so much at most, at this price, for this window."""

    id = models.UUIDField(primary_key=True, editable=False)
    seller = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    min_grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(DeliveryWindow, on_delete=models.PROTECT, related_name="offers")
    ship_region = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="offers")
    price_fen_per_kg = models.PositiveIntegerField(_("price, fen/kg"))
    cap_kg = models.DecimalField(_("at most, kg"), max_digits=14, decimal_places=3)
    cutoff_at = models.DateTimeField(_("orders until"))
    deposit_kind = models.CharField(_("paid ahead"), max_length=10, choices=DepositKind.choices)
    deposit_bp = models.PositiveSmallIntegerField(_("paid ahead, hundredths of a percent"), default=0)
    substitution = models.CharField(_("in place of it"), max_length=8, choices=Substitution.choices)
    min_accept_bp = models.PositiveSmallIntegerField(_("least share delivered, hundredths of a percent"), default=8000)
    state = models.CharField(_("state"), max_length=8, choices=OfferState.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(cap_kg__gt=0), name="offer_cap_positive"),
            # Civil Code, art. 586: earnest money is at most a fifth of the price.
            models.CheckConstraint(
                condition=~models.Q(deposit_kind="earnest") | models.Q(deposit_bp__lte=2000), name="offer_earnest_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.window}"

    @property
    def entity(self) -> str:
        """Name of this offer in the log."""
        return f"offer:{self.id}"


class PresaleOrder(models.Model):
    """An order as a channel sent it: the channel's number stands for one order for ever."""

    id = models.UUIDField(primary_key=True, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders")
    external_id = models.CharField(_("order number"), max_length=64)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="orders")
    # How the channel calls its customer. Personal: the log holds a commitment, and it can be erased.
    buyer = models.CharField(_("buyer"), max_length=60, blank=True)
    placed_at = models.DateTimeField(_("placed at"))
    # Of what was sent, so that the same again is told from something else under the same number.
    content_sha256 = models.CharField(_("SHA-256 of what was sent"), max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="order_number_once")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def entity(self) -> str:
        """Name of this order in the log."""
        return f"order:{self.id}"


class OrderLine(models.Model):
    """One thing ordered: so much of this grade or better, in this window, to this region."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(PresaleOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    offer = models.ForeignKey(PresaleOffer, on_delete=models.PROTECT, null=True, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    min_grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(DeliveryWindow, on_delete=models.PROTECT, related_name="lines")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="lines")
    kg = models.DecimalField(_("ordered, kg"), max_digits=14, decimal_places=3)
    price_fen_per_kg = models.PositiveIntegerField(_("price, fen/kg"))
    weight = models.PositiveSmallIntegerField(_("standing"), choices=Weight.choices)
    split_ok = models.BooleanField(_("from several farms"), default=True)
    substitution = models.CharField(_("in place of it"), max_length=8, choices=Substitution.choices)
    min_accept_bp = models.PositiveSmallIntegerField(_("least share delivered, hundredths of a percent"))
    deposit_kind = models.CharField(_("paid ahead"), max_length=10, choices=DepositKind.choices)
    # What is asked ahead, and what came.
    deposit_due_fen = models.BigIntegerField(_("to be paid ahead, fen"), default=0)
    deposit_fen = models.BigIntegerField(_("paid ahead, fen"), default=0)
    refunded_fen = models.BigIntegerField(_("paid back, fen"), default=0)
    state = models.CharField(_("state"), max_length=16, choices=LineState.choices)
    # As the order says, here so that the newest of an offer's lines are found without reading all of them.
    placed_at = models.DateTimeField(_("placed at"), null=True)

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="order_line_positive"),
        ]
        indexes = [
            models.Index(fields=["product", "state"], name="order_line_open"),
            # Each order asks what is left of its offers and what is usual there: both are answered by the index alone.
            models.Index(fields=["offer", "placed_at"], include=["kg", "state"], name="order_line_of_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.position}"

    @property
    def worth_fen(self) -> int:
        """What all of the line costs, in fen."""
        return fen_of(self.kg, self.price_fen_per_kg)

    @property
    def may_end(self) -> bool:
        """Whether nothing of the line is promised yet."""
        return self.state in OPEN_LINES
