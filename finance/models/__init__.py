from finance.models.consents import AuditRow, BankNotice, Consent
from finance.models.disputes import Dispute
from finance.models.loans import Loan, LoanPosting, Referral

__all__ = ["AuditRow", "BankNotice", "Consent", "Dispute", "Loan", "LoanPosting", "Referral"]
