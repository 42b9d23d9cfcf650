from django.urls import path

from orders.api import market, money, planting, substitutes, views

app_name = "market-api"
urlpatterns = [
    path("market", market.Market.as_view(), name="market"),
    path("demand-board", market.Board.as_view(), name="board"),
    path("needs", market.Needs.as_view(), name="needs"),
    path("matching-runs", market.Runs.as_view(), name="runs"),
    path("matching-runs/<uuid:run_id>/decision", market.RunDecision.as_view(), name="decision"),
    path("matching-runs/<uuid:run_id>/files/<slug:name>", market.RunFile.as_view(), name="run-file"),
    path("offers", views.Offers.as_view(), name="offers"),
    path("orders", views.Orders.as_view(), name="orders"),
    path("order-lines/<uuid:line_id>/cancellation", views.LineCancellation.as_view(), name="cancellation"),
    path("order-lines/<uuid:line_id>/deposit", views.LineDeposit.as_view(), name="deposit"),
    path("order-lines/<uuid:line_id>/substitutes", substitutes.LineSubstitutes.as_view(), name="substitutes"),
    path("order-lines/<uuid:line_id>/substitution", substitutes.LineSubstitution.as_view(), name="substitution"),
    path("substitution-proposals", substitutes.Proposals.as_view(), name="proposals"),
    path("substitution-proposals/<uuid:proposal_id>/answer", substitutes.ProposalReply.as_view(), name="reply"),
    path("plans", planting.Plans.as_view(), name="plans"),
    path("plans/<uuid:plan_id>/revision", planting.PlanRevision.as_view(), name="revision"),
    path("plans/<uuid:plan_id>/end", planting.PlanEnding.as_view(), name="plan-end"),
    path("recommendations", planting.Recommendations.as_view(), name="recommendations"),
    path(
        "recommendations/<int:recommendation_id>/acceptance",
        planting.AdviceAcceptance.as_view(),
        name="advice-acceptance",
    ),
    path(
        "recommendations/<int:recommendation_id>/decline",
        planting.AdviceDecline.as_view(),
        name="advice-decline",
    ),
    path("alerts", planting.Alerts.as_view(), name="alerts"),
    path("alerts/<int:alert_id>/action", planting.AlertAction.as_view(), name="alert-action"),
    path("allocations", views.Allocations.as_view(), name="allocations"),
    path("statements", money.Statements.as_view(), name="statements"),
    path("statements/<uuid:statement_id>/payout", money.StatementPayout.as_view(), name="instruct"),
    path("payouts", money.Payouts.as_view(), name="payouts"),
    path("payouts/receipts", money.PayoutReceipts.as_view(), name="receipts"),
    path("payouts/<uuid:payout_id>/receipt", money.PayoutReceipt.as_view(), name="receipt"),
    path("channels/<slug:code>/orders", views.ChannelOrders.as_view(), name="channel"),
]
