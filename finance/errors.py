"""What the rules of consent, scores and loans say where they are broken."""

from traceability.errors import RefusedError
from traceability.msgids import gettext_noop as _


class FinanceConflictError(RefusedError):
    """The same number or id was used for something else."""


class ConsentError(RefusedError):
    """No consent covers what was asked; `rule` is one of the codes that a bank is told."""


class StaleCheckpointError(RefusedError):
    """No published checkpoint holds what an answer would rest on, or what a bank has seen; it will in some seconds."""


_CONSENTS = {
    "consent_missing": _("no consent covers this"),
    "consent_revoked": _("the consent was taken back"),
    "consent_expired": _("the consent is over"),
    "purpose_mismatch": _("the consent is for another purpose"),
    "query_limit": _("the consent allows no further query"),
    "consent_too_long": _("must not last beyond {day}"),
    "consent_in_the_past": _("must lie in the future"),
    "consent_without_data": _("choose at least one class of data"),
    "consent_of_no_bank": _("must be a bank that this platform has confirmed"),
    "consent_ended": _("cannot be done: the consent is {state}"),
    "consent_not_by_owner": _("only the owner of the farm can give or take back a consent"),
    "consent_code_wrong": _("the code is not the one that was sent, or it is too old"),
    "consent_code_soon": _("a code was sent a moment ago; wait a minute before the next"),
    "consent_needs_witness": _("a village agent needs a witness"),
    "query_id_used": _("this id stands for another query already"),
    "trait_of_nothing": _("choose at least one of the two"),
    "consent_loan_needed": _("looking after a loan needs the loan"),
}
_BANKS = {
    "client_not_by_owner": _("only an owner of the bank registers its machines"),
    "client_keys_refused": _("the keys are refused: {reason}"),
    "client_key_unknown": _("there is no key of this name"),
    "client_last_key": _("is the only key; add the new one first, or let the machine in no more"),
    "client_redirect_refused": _("must be https addresses without a fragment"),
    "client_thumbprint_refused": _("must be 43 characters: the SHA-256 of the certificate, base64url"),
    "certificate_without_number": _("too little is known for a number yet, so there is nothing to certify"),
    "checkpoint_behind": _("the newest published checkpoint has {size} entries, fewer than you have seen"),
    "posting_unsigned": _("the signature is refused: {reason}"),
}
_LOANS = {
    "posting_id_used": _("this id stands for another posting already"),
    "posting_out_of_order": _("cannot follow: the loan is {state}"),
    "posting_in_the_past": _("must not lie before the posting of {day}"),
    "loan_of_another_consent": _("this loan belongs to another consent"),
}
_DISPUTES = {
    "dispute_over": _("this dispute was answered already"),
    "dispute_not_yours": _("only the operator answers disputes"),
    "dispute_open_already": _("this is being looked at already"),
    "dispute_unknown_record": _("is no record that the score rests on"),
    "dispute_about_nothing": _("say which figure or which record is wrong"),
}
_CARDS = {
    "card_malformed": _("is no scorecard: {reason}"),
    "card_barred": _("must not score by {name}"),
    "card_expired": _("was to be renewed by {day}"),
    "card_not_approved": _("must be approved first"),
    "card_no_earlier": _("no card counted before this one"),
    "bad_events": _("the records cannot be reckoned with: {reason}"),
    "level_points": _("must be at most {most} points, up or down"),
    "level_days": _("must end after it begins, and within {days} days"),
    "no_card": _("no scorecard is in use"),
    "stale_checkpoint": _("the newest records are not in the published log yet; try again in some seconds"),
}
_TRAINING = {
    "too_few_outcomes": _("too few outcomes for a card: {outcomes} matured, {bads} bad"),
    "card_teaches_nothing": _("what was learnt predicts no better than the bare rate"),
}
MESSAGES: dict[str, str] = {**_TRAINING, **_BANKS, **_CARDS, **_CONSENTS, **_LOANS, **_DISPUTES}
