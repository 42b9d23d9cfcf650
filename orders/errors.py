"""What the rules of presale, planning and delivery say where they are broken."""

from traceability.errors import RefusedError
from traceability.msgids import gettext_noop as _


class OrderConflictError(RefusedError):
    """The same id, or the same number of a channel, was used for something else.

    Whose own it is hears from `others` which members differ.
    """


MESSAGES = {
    "earnest_above_limit": _(
        "must not be above {limit}: earnest money is at most a fifth of the price (Civil Code, 586)"
    ),
    "window_in_the_past": _("the delivery window is over"),
    "cutoff_after_window": _("must lie before the delivery window begins"),
    "grade_of_another_product": _("is no grade of this product"),
    "window_of_another_product": _("is no delivery window of this product"),
    "price_out_of_range": _("must be above 0 and at most five times the usual price, {limit} yuan/kg"),
    "offer_closed": _("the offer is closed"),
    "offer_over": _("orders were taken until {until}"),
    "offer_sold_out": _("only {kg} kg are left of this offer"),
    "unknown_offer": _("there is no such offer of yours"),
    "unknown_product": _("there is no such product"),
    "unknown_channel": _("you have no such channel"),
    "unknown_campaign": _("this channel has no such campaign"),
    "no_offer_then": _("you offer this product, but not for a delivery that begins then"),
    "no_offer_of_grade": _("you offer this product then, but not in this grade"),
    "several_offers": _("several offers fit; say the grade"),
    "no_such_region": _("there is no such region"),
    "unknown_region": _("there is no road from the offer's region to this one"),
    "order_number_used": _("this order number stands for something else already"),
    "id_used": _("this was sent before with other content; what differs is named, and for something new begin anew"),
    "id_of_something_else": _("this id stands for something else already"),
    "differs_from_first": _("differs from what was sent first"),
    "quantity_out_of_range": _("is more than ten times what is usually ordered ({usual} kg)"),
    "line_over": _("this line has ended already"),
    "line_is_firm": _("goods are promised for this line already; only its seller can end it"),
    "nothing_to_pay": _("nothing is to be paid ahead for this line"),
    "deposit_differs": _("{due} fen are to be paid ahead"),
    "plan_of_another_crop": _("this product is not made of what grows there"),
    "plan_too_large": _("the plot has {limit} mu"),
    "plan_over": _("this plan has ended already"),
    "plan_promised": _("goods of this plan are promised; end those promises first"),
    "quantiles_disordered": _("must not be below what a worse year gives"),
    "supply_twice": _("this grade and window stand there twice"),
    "unknown_supply": _("this plan has no such grade and window"),
    "unknown_cause": _("there is no such record, or it is not yours"),
    "run_decided": _("this run was decided already"),
    "run_outdated": _("orders or plans changed since; match again"),
    "run_not_yours": _("only the operator decides on runs"),
    "supply_exhausted": _("only {kg} kg of this supply are not promised yet"),
    "not_in_this_state": _("cannot be done: it is {state}"),
    "lot_of_another_plan": _("must be a harvest of this plan's season"),
    "lot_too_small": _("the lot has {kg} kg left"),
    "more_than_before": _("must not be above {kg} kg"),
    "dispute_too_large": _("must not be above what is owed, {limit} yuan"),
    "receipt_differs": _("this payment has the receipt {receipt} already"),
    "channel_code_taken": _("this code is taken"),
    "ends_before_it_starts": _("must not lie before the first day"),
    "paid_ahead_already": _("was paid ahead already: cancel it and order anew"),
    "no_substitutes": _("the buyer takes nothing else"),
    "substitute_not_allowed": _("is not what the buyer allowed in place of it"),
    "proposal_waits": _("another proposal waits for the buyer's answer"),
    "proposal_answered": _("this proposal was answered already"),
    "recommendation_answered": _("this recommendation was answered already"),
    "alert_over": _("this alert is over"),
    "unknown_payout": _("you have given your bank no such instruction"),
    "amount_differs": _("the instruction says {fen} fen"),
}
