"""The operator's desk: look, confirm, close. Nothing here deletes, because records name these people and parties."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountsError
from accounts.models import ApiKey, CompanyPrefix, Membership, Organisation, User
from accounts.services.factors import forget_factors
from accounts.services.organisations import confirm_organisation
from accounts.services.prefixes import confirm_prefix

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class SafeAdmin(ModelAdmin):
    """Adds and deletes nothing; what may be changed is said field by field."""

    editable: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Say no: people sign up and register by themselves, where their input is checked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Say no: an account is closed, a key revoked."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Lock every field but the editable ones."""
        return [str(name) for name in self.get_fields(request, obj) if name not in self.editable]


@admin.register(User)
class UserAdmin(SafeAdmin):
    """People: an account can be closed; who may enter here, only a superuser decides."""

    fields = (
        "phone",
        "name",
        "public_id",
        "phone_verified",
        "joined_at",
        "last_login",
        "is_active",
        "is_staff",
        "groups",
    )
    list_display = ("phone", "name", "phone_verified", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("phone", "name")
    ordering = ("-pk",)
    actions = ("forget_factors",)

    @admin.action(description=_("Take the second factors of the chosen people away"), permissions=["change"])
    def forget_factors(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Let people in again who lost device and codes, once it is certain that it is they (ASVS V6.4.4)."""
        for person in chosen:
            if person.is_staff and not request.user.is_superuser:
                text = _("%(person)s: only a superuser takes away what protects staff.")
                self.message_user(request, text % {"person": person}, messages.ERROR)
            elif not forget_factors(user=person, by=request.user):  # type: ignore[arg-type]
                self.message_user(request, _("%(person)s: nothing was set up.") % {"person": person}, messages.ERROR)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Let staff close accounts that are not staff's, and a superuser decide who is staff."""
        user = request.user
        if isinstance(user, User) and user.is_superuser:
            open_fields = {"is_active", "is_staff", "groups"}
        else:
            open_fields = set() if getattr(obj, "is_staff", False) else {"is_active"}
        return [name for name in self.fields if name not in open_fields]


@admin.register(Organisation)
class OrganisationAdmin(SafeAdmin):
    """Parties: the operator confirms those on which others rely."""

    fields = (
        "name",
        "kind",
        "credit_code",
        "division_code",
        "provenance",
        "public_id",
        "registered_at",
        "confirmed_at",
        "confirmed_by",
    )
    editable = ("name", "division_code")
    list_display = ("name", "kind", "credit_code", "provenance", "registered_at", "confirmed_at")
    list_filter = ("kind", ("confirmed_at", admin.EmptyFieldListFilter), "provenance")
    search_fields = ("name", "credit_code")
    ordering = ("-pk",)
    actions = ("confirm",)

    @admin.action(description=_("Confirm the chosen organisations"), permissions=["change"])
    def confirm(self, request: HttpRequest, chosen: QuerySet[Organisation]) -> None:
        """Give each chosen organisation the powers of its kind."""
        for organisation in chosen:
            try:
                confirm_organisation(organisation=organisation, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except AccountsError as error:
                self.message_user(request, f"{organisation}: {error.message}", messages.ERROR)


@admin.register(Membership)
class MembershipAdmin(SafeAdmin):
    """Who belongs where; owners change it, on their own pages."""

    fields = list_display = ("organisation", "user", "role")
    list_select_related = ("organisation", "user")
    search_fields = ("organisation__name", "user__phone", "user__name")
    ordering = ("-pk",)


@admin.register(ApiKey)
class ApiKeyAdmin(SafeAdmin):
    """Keys of machines, without what proves them."""

    fields = list_display = ("prefix", "name", "organisation", "role", "created_by", "created_at", "revoked_at")
    list_select_related = ("organisation", "created_by")
    search_fields = ("prefix", "name", "organisation__name")
    ordering = ("-pk",)


@admin.register(CompanyPrefix)
class CompanyPrefixAdmin(SafeAdmin):
    """Company prefixes: the operator confirms those whose certificate from GS1 it has seen."""

    fields = ("prefix", "organisation", "claimed_by", "claimed_at", "confirmed_at", "confirmed_by")
    list_display = ("prefix", "organisation", "claimed_at", "confirmed_at")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("organisation",)
    search_fields = ("prefix", "organisation__name")
    ordering = ("-pk",)
    actions = ("confirm",)

    @admin.action(description=_("Confirm the chosen company prefixes"), permissions=["change"])
    def confirm(self, request: HttpRequest, chosen: QuerySet[CompanyPrefix]) -> None:
        """Let each chosen claim count."""
        for claim in chosen:
            try:
                confirm_prefix(claim=claim, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except AccountsError as error:
                self.message_user(request, f"{claim}: {error.message}", messages.ERROR)
