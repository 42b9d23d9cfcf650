from django.urls import path

from orders.api import views

app_name = "market-api"
urlpatterns = [
    path("offers", views.Offers.as_view(), name="offers"),
    path("orders", views.Orders.as_view(), name="orders"),
    path("order-lines/<uuid:line_id>/cancellation", views.LineCancellation.as_view(), name="cancellation"),
    path("order-lines/<uuid:line_id>/deposit", views.LineDeposit.as_view(), name="deposit"),
    path("plans", views.Plans.as_view(), name="plans"),
    path("allocations", views.Allocations.as_view(), name="allocations"),
    path("payouts", views.Payouts.as_view(), name="payouts"),
    path("payouts/<uuid:payout_id>/receipt", views.PayoutReceipt.as_view(), name="receipt"),
    path("channels/<slug:code>/orders", views.ChannelOrders.as_view(), name="channel"),
]
