"""Forms of a farm's credit. Nothing in them is ticked before the farmer has ticked it (PIPL, art. 14)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from finance.enums import AgeBand, Category, DisputeState, Method, Purpose, Sex
from finance.models import Loan
from finance.notice import fairness_notice
from finance.queries.own import banks, loans_of
from finance.services.consents import AFTER_LOAN, Terms
from finance.services.disputes import Doubt
from finance.services.referrals import Wish
from finance.services.traits import Said
from traceability.standards.days import day_in_china
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm

_FEN = 100
_BEFORE = (Purpose.PRE_ASSESSMENT, Purpose.UNDERWRITING, Purpose.MONITORING)
_DAYS = {"7": _("one week"), "30": _("one month"), "89": _("three months"), "loan": _("until the loan is paid back")}
_COUNTS = {"1": _("once"), "3": _("three times"), "10": _("ten times"), "60": _("sixty times")}


class NowForm(EntryForm):
    """A step that is taken now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]


class ConsentForm(NowForm):
    """One bank, one purpose, classes of data, a period, a number of queries."""

    recipient = forms.ModelChoiceField(banks(), label=_("Which bank?"), empty_label=_("Choose a bank"))
    purpose = forms.ChoiceField(
        label=_("What may the bank use it for?"),
        choices=[(one.value, one.label) for one in _BEFORE],
        widget=forms.RadioSelect,
    )
    categories = forms.MultipleChoiceField(
        label=_("What may the bank see?"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what you want it to see. Nothing is ticked for you."),
    )
    lasts = forms.ChoiceField(label=_("For how long?"), choices=list(_DAYS.items()), widget=forms.RadioSelect)
    max_queries = forms.ChoiceField(
        label=_("How many times may it ask?"), choices=list(_COUNTS.items()), widget=forms.RadioSelect
    )
    loan = forms.ModelChoiceField(
        Loan.objects.none(),
        label=_("Which loan?"),
        required=False,
        empty_label=_("No loan yet"),
        help_text=_("Only where the bank is to look after a loan that you have."),
    )

    def __init__(self, *args: Any, membership: Membership | None, **options: Any) -> None:
        """Offer the farm's loans; without a member of the farm none, since they are nobody else's to see."""
        super().__init__(*args, **options)
        found = loans_of(membership) if membership else Loan.objects.none()
        self.fields["loan"].queryset = found  # type: ignore[attr-defined]
        if not found:
            del self.fields["loan"]

    def terms(self) -> Terms:
        """Give the service what was said."""
        said = self.cleaned_data
        loan: Loan | None = said.get("loan")
        today = day_in_china(timezone.now())
        due_on = loan.due_on if loan and said["lasts"] == "loan" else None
        until = due_on + AFTER_LOAN if due_on else today + timedelta(days=_days(said["lasts"]))
        return Terms(
            recipient=said["recipient"],
            purpose=Purpose(said["purpose"]),
            categories=tuple(said["categories"]),
            until=until,
            max_queries=int(said["max_queries"]),
            loan_ref=loan.loan_ref if loan else "",
        )


class CodeForm(NowForm):
    """What the owner of the farm says, who has read it or had it read out, and got a code."""

    method = forms.ChoiceField(
        label=_("How is it said?"),
        choices=[
            (Method.SMS, _("The owner gives me the code from the phone")),
            (Method.AGENT, _("I read it out to the owner as village agent, and somebody else stood by")),
        ],
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=_("The six digits from the owner's phone"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    witness = forms.CharField(
        label=_("Who stood by?"),
        max_length=60,
        required=False,
        help_text=_("Only with a village agent: name of the witness."),
    )


class RevokeForm(NowForm):
    """Taking a consent back needs no reason."""

    note = forms.CharField(
        label=_("Why? You need not say."), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DisputeForm(NowForm):
    """What is wrong, in the farmer's own words."""

    text = forms.CharField(label=_("What is wrong?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    feature = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    record = forms.UUIDField(widget=forms.HiddenInput, required=False)
    score = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def doubt(self) -> Doubt:
        """Give the service what was said."""
        said = self.cleaned_data
        text = said["text"].replace("\r\n", "\n").strip()
        return Doubt(text=text, feature=said["feature"], record_id=said["record"], score=said["score"])


class AnswerForm(NowForm):
    """What the operator found."""

    state = forms.ChoiceField(
        label=_("Who is right?"),
        choices=[(DisputeState.UPHELD, _("the farm")), (DisputeState.REJECTED, _("the records"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("What was found"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Correct the record first; then the score is made anew and the banks that asked are told."),
    )


class WishForm(NowForm):
    """How much a farm wants to borrow."""

    yuan = number_field(_("How much do you want?"), unit=_("yuan"), min_value=1, max_digits=10, decimal_places=0)
    months = forms.IntegerField(label=_("For how many months?"), min_value=1, max_value=60)
    reason = forms.CharField(label=_("What for?"), max_length=200)

    def wish(self) -> Wish:
        """Give the service what was said."""
        said = self.cleaned_data
        return Wish(fen=int(said["yuan"] * _FEN), months=said["months"], reason=said["reason"].strip())


class TraitForm(NowForm):
    """Sex and age band, either of which may stay open."""

    sex = forms.ChoiceField(label=_("I am"), choices=Sex.choices, widget=forms.RadioSelect, required=False)
    age = forms.ChoiceField(label=_("My age"), choices=AgeBand.choices, widget=forms.RadioSelect, required=False)

    def said(self) -> Said:
        """Give the service what was said, with the notice that the page shows."""
        sex, age = self.cleaned_data["sex"], self.cleaned_data["age"]
        return Said(notice=fairness_notice(), sex=Sex(sex) if sex else None, age=AgeBand(age) if age else None)


def _days(choice: str) -> int:
    return int(choice) if choice.isdigit() else 7
