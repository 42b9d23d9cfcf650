"""Whether a score may leave this platform at all, whatever a farm consents to.

征信业务管理办法 (PBC order 2021-4), art. 4-5: to give results of analysing a person's credit to a bank is personal
credit reporting, which needs a licence. By default the farmer holds certificate and evidence; the bank scores itself.
"""

from django.conf import settings

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from finance.enums import OutboundShape


def may_leave(*, subject: Organisation, recipient: Organisation) -> bool:
    """Whether a score of this farm may go to this party as a number."""
    if subject.pk == recipient.pk:
        return True
    shape = OutboundShape(settings.SCORE_OUTBOUND_SHAPE)
    personal = subject.kind == OrganisationKind.HOUSEHOLD
    if shape == OutboundShape.HOLDER or (personal and not settings.PERSONAL_SCORE_OUTBOUND):
        return False
    # To the bureaus that hold a licence; where the operator names none, to whom it has confirmed as a bank.
    named = settings.SCORE_BUREAUS
    return shape == OutboundShape.PARTNER or not named or str(recipient.public_id) in named
