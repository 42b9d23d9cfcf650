"""What a bank sees of its own dealings: what it asked, its loans, what it must know, its machines."""

from django.db.models import QuerySet

from accounts.models import Organisation
from finance.models import AuditRow, BankClient, BankNotice, Loan


def queries_by(bank: Organisation) -> QuerySet[AuditRow]:
    """List what a bank asked, the newest first."""
    return AuditRow.objects.filter(asker=bank).select_related("consent__subject").order_by("-at", "-seq")


def loans_of_bank(bank: Organisation) -> QuerySet[Loan]:
    """List a bank's loans as it told of them, the newest first."""
    return Loan.objects.filter(bank=bank).select_related("subject", "consent").order_by("-told_on", "loan_ref")


def notices_to(bank: Organisation) -> QuerySet[BankNotice]:
    """List what a bank must know without having asked, the newest first."""
    known = BankNotice.objects.filter(bank=bank).select_related("consent__subject", "consent__referral")
    return known.order_by("-created_at", "-pk")


def clients_of_bank(bank: Organisation) -> QuerySet[BankClient]:
    """List a bank's machines, the newest first, those that are let in no more as well."""
    return BankClient.objects.filter(organisation=bank).select_related("application").order_by("-registered_at", "pk")
