"""What this app refuses: each error names the field and the rule, and speaks the reader's language when it is shown."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountsError(Exception):
    """The base of this app's errors.

    `pointer` is the JSON Pointer of the member at fault (empty for the whole), `rule` names the rule that it breaks.
    """

    pointer: ClassVar[str] = ""
    rule: ClassVar[str] = "refused"
    text: ClassVar[str | Promise] = _("This was refused.")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(params)

    @property
    def message(self) -> str:
        """Say it in the language that is active now."""
        return str(self.text) % self.params

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.rule}: {self.message}"


class PhoneNumberError(AccountsError):
    """A text is no phone number that can receive a code."""

    pointer = "/phone"
    rule = "phone_number"
    text = _("This is no mobile number. Write it like 138 0013 8000, or with the country's code: +86 138 0013 8000.")


class CreditCodeError(AccountsError):
    """A unified social credit code is missing or wrong (GB 32100-2015)."""

    pointer = "/credit_code"
    rule = "credit_code"
    text = _("This is no unified social credit code: 18 characters, of which the last checks the others.")


class DivisionCodeError(AccountsError):
    """A code is no division of the country (GB/T 2260 and the statistical codes below counties)."""

    pointer = "/division_code"
    rule = "division_code"
    text = _("A division code has 12 digits and begins with that of a province, such as 211102.")


class CompanyPrefixError(AccountsError):
    """A text is no GS1 company prefix."""

    pointer = "/company_prefix"
    rule = "company_prefix"
    text = _("A company prefix has 6 to 12 digits, such as 6901234. 952 is for demonstrations and belongs to nobody.")


class PrefixTakenError(AccountsError):
    """Another organisation has a confirmed prefix that is the same, within this one, or around it."""

    pointer = "/company_prefix"
    rule = "prefix_taken"
    text = _("The prefix %(prefix)s overlaps with one that was confirmed for another organisation.")


class TooManyPrefixesError(AccountsError):
    """An organisation has claimed as many prefixes as it may."""

    pointer = "/company_prefix"
    rule = "too_many_prefixes"
    text = _("An organisation can claim %(limit)s prefixes.")


class KindError(AccountsError):
    """A kind of organisation cannot be registered this way."""

    pointer = "/kind"
    rule = "kind"
    text = _("An organisation of this kind cannot be registered here.")


class ConflictError(AccountsError):
    """The state of things does not allow it now."""

    rule = "conflict"


class AlreadyRegisteredError(ConflictError):
    """Another organisation has this credit code."""

    pointer = "/credit_code"
    rule = "credit_code_taken"
    text = _("An organisation with this code is registered already. Ask its owner for an invitation, or the operator.")


class OtherCastError(ConflictError):
    """A demonstration is here already, with other people behind the same numbers."""

    pointer = "/phone"
    rule = "other_cast"


class NotADemonstrationError(AccountsError):
    """Made-up people and parties, where none may be."""

    rule = "not_a_demonstration"


class PhoneTakenError(ConflictError):
    """Somebody else has proven to have this number."""

    pointer = "/phone"
    rule = "phone_taken"
    text = _("This number cannot be used.")


class AlreadyMemberError(ConflictError):
    """Who was invited is a member."""

    pointer = "/phone"
    rule = "already_member"
    text = _("Whoever has this number is a member already, or is invited.")


class AlreadyHelperError(ConflictError):
    """A farm allows it already, or it is the farm itself."""

    pointer = "/helper"
    rule = "already_helper"
    text = _("They may log for you already.")


class LastOwnerError(ConflictError):
    """An organisation would be left without an owner."""

    pointer = "/role"
    rule = "last_owner"
    text = _("An organisation keeps at least one owner. Make somebody else an owner first.")


class KeyRevokedError(ConflictError):
    """A key was revoked before."""

    rule = "key_revoked"
    text = _("This key is revoked already.")


class AlreadyConfirmedError(ConflictError):
    """The operator has confirmed it before."""

    rule = "already_confirmed"
    text = _("This organisation is confirmed already.")


class NotAllowedError(AccountsError):
    """Who asks may see the thing but not do this to it."""

    rule = "not_allowed"
    text = _("Only an owner of the organisation may do this.")


class NotYoursError(AccountsError):
    """Who asks may not even know whether the thing exists."""

    rule = "not_found"
    text = _("There is no such thing, or it is not yours.")


class KeyRefusedError(AccountsError):
    """A machine shows a key that opens nothing."""

    rule = "key_refused"
    text = _("This key is not known, or it is revoked.")


class ActsForNobodyError(AccountsError):
    """Who asks acts for no organisation."""

    rule = "acts_for_nobody"
    text = _("You act for no organisation here.")


class OutOfScopeError(AccountsError):
    """A machine asks for a part of the API that its key does not open."""

    rule = "out_of_scope"
    text = _("Your key does not open this part of the API. An owner of the organisation can make one that does.")


class MayNotRecordError(AccountsError):
    """Who asks may read for the organisation but not record."""

    rule = "may_not_record"
    text = _("You may not record for this organisation: as a viewer, or because the operator has not confirmed it yet.")
