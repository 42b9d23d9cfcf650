"""What the operator keeps of the market: products with grades and windows, regions, and the roads between them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from orders.models import DeliveryWindow, Grade, Lane, Node, Product

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    GradeModelForm = forms.ModelForm[Grade]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    GradeModelForm = forms.ModelForm


class KeptAdmin(ModelAdmin):
    """Adds and renames, and deletes nothing: records name these things by what is fixed of them."""

    fixed: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Say no: a road is closed, a product no longer offered."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Lock what records name it by, once it is there."""
        return self.fixed if obj else ()


class GradeForm(GradeModelForm):
    """A grade: its rank orders what may come in place of what, so it stays."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rank"].disabled = self.instance.pk is not None


class GradeInline(TabularInline):
    """The grades of a product, the best first."""

    model = Grade
    form = GradeForm
    fields = ("rank", "name", "name_en")
    extra = 1
    can_delete = False


class WindowInline(TabularInline):
    """The delivery windows of a product: new ones come, those that are there stay."""

    model = DeliveryWindow
    fields = ("starts_on", "ends_on")
    extra = 1
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Say no: orders and plans stand in it."""
        return False


@admin.register(Product)
class ProductAdmin(KeptAdmin):
    """What is sold ahead."""

    fields = (
        "code",
        "name",
        "name_en",
        "crop",
        "shelf_life_hours",
        "freeze_days",
        "reference_fen_per_kg",
        "pack_grams",
    )
    fixed = ("code", "crop")
    list_display = ("code", "name", "name_en", "crop")
    search_fields = ("code", "name", "name_en")
    inlines = (GradeInline, WindowInline)


@admin.register(Node)
class NodeAdmin(KeptAdmin):
    """Regions, by their division codes."""

    fields = list_display = ("code", "name", "name_en", "latitude", "longitude")
    fixed = ("code",)
    search_fields = ("code", "name", "name_en")


@admin.register(Lane)
class LaneAdmin(KeptAdmin):
    """Roads: what freight costs, how long it takes, and whether it is open."""

    fields = list_display = ("origin", "destination", "fen_per_kg", "hours", "closed")
    fixed = ("origin", "destination")
    list_select_related = ("origin", "destination")
    list_filter = ("closed",)
    ordering = ("origin__code", "destination__code")
