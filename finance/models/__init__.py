from finance.models.cards import CardUse, Scorecard
from finance.models.consents import AuditRow, BankNotice, Consent
from finance.models.disputes import Dispute
from finance.models.loans import Loan, LoanPosting, Referral
from finance.models.scores import Score, ScoreEvidence

__all__ = [
    "AuditRow",
    "BankNotice",
    "CardUse",
    "Consent",
    "Dispute",
    "Loan",
    "LoanPosting",
    "Referral",
    "Score",
    "ScoreEvidence",
    "Scorecard",
]
