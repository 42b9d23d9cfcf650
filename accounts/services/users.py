"""People and their phone numbers: an account counts from the moment its number is proven."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.errors import PhoneTakenError
from accounts.models import User
from accounts.services.organisations import register_household


@transaction.atomic
def make_way(*, phone: str) -> None:
    """Drop an account that was begun with this number and never proven.

    Else whoever begins one with another's number would hold the place, or a password, for the day its owner comes.
    """
    User.objects.filter(phone=phone, phone_verified=False, memberships=None).delete()


@transaction.atomic
def prove_phone(*, user: User, phone: str, at: datetime) -> User:
    """Note that this number is the user's; with the first one proven the user gets a household.

    Raises PhoneTakenError where somebody else has proven the number meanwhile.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if phone != locked.phone:
        make_way(phone=phone)
    first = not locked.phone_verified
    locked.phone, locked.phone_verified = phone, True
    try:
        with transaction.atomic():
            locked.save(update_fields=["phone", "phone_verified"])
    except IntegrityError as error:
        raise PhoneTakenError from error
    if first and not locked.memberships.exists():
        register_household(user=locked, at=at)
    return locked
