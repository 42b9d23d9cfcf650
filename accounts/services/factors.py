"""Second factors that were lost: the operator takes them away, after proof of who asks."""

import logging

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.services.sessions import end_other_sessions

logger = logging.getLogger("suyuan.entrance")


@transaction.atomic
def forget_factors(*, user: User, by: User) -> bool:
    """Take apps, passkeys and recovery codes of a user away, end their log-ins, and tell whether there were any.

    The log of the program says who did it to whom: it is the one way round a second factor.
    """
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user=user, keep=None)
    if gone:
        logger.warning("second factors taken away", extra={"actor": str(by.public_id), "of": str(user.public_id)})
    return bool(gone)
