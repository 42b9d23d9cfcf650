from accounts.models.keys import ApiKey
from accounts.models.organisations import Invitation, Membership, Organisation
from accounts.models.prefixes import CompanyPrefix
from accounts.models.stand_ins import Helper
from accounts.models.users import User

__all__ = ["ApiKey", "CompanyPrefix", "Helper", "Invitation", "Membership", "Organisation", "User"]
