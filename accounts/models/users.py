import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their phone numbers."""

    def create_user(self, phone: str, password: str | None = None, **fields: object) -> "User":
        """Make a user who logs in with this phone number (E.164) and password.

        The number counts as proven, unless `phone_verified` says otherwise: who signs up comes another way.
        """
        user = self.model(phone=phone, **{"phone_verified": True, **fields})
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: object) -> "User":
        """Make an administrator."""
        return self.create_user(phone, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. Only the pseudonym `public_id` ever enters the log."""

    public_id = models.UUIDField(_("pseudonym"), unique=True, default=uuid.uuid4, editable=False)
    phone = models.CharField(_("phone number"), max_length=16, unique=True)
    phone_verified = models.BooleanField(_("phone number verified"), default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.phone
