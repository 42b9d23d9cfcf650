from finance.models.cards import CardUse, Scorecard
from finance.models.clients import BankClient, PushedRequest, TokenBinding
from finance.models.consents import AuditRow, BankNotice, Consent
from finance.models.credentials import Credential
from finance.models.disputes import Dispute
from finance.models.loans import Loan, LoanPosting, Referral
from finance.models.monitoring import CardReport, RuleSwitch, ShadowScore
from finance.models.scores import Score, ScoreEvidence

# Registered with Django, and given to nobody from here: docs/adr/0019.
from finance.models.traits import Trait as _Trait  # noqa: F401

__all__ = [
    "AuditRow",
    "BankClient",
    "BankNotice",
    "CardReport",
    "CardUse",
    "Consent",
    "Credential",
    "Dispute",
    "Loan",
    "LoanPosting",
    "PushedRequest",
    "Referral",
    "RuleSwitch",
    "Score",
    "ScoreEvidence",
    "Scorecard",
    "ShadowScore",
    "TokenBinding",
]
