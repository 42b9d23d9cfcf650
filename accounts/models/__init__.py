from accounts.models.keys import ApiKey
from accounts.models.organisations import Invitation, Membership, Organisation
from accounts.models.stand_ins import Helper
from accounts.models.users import User

__all__ = ["ApiKey", "Helper", "Invitation", "Membership", "Organisation", "User"]
