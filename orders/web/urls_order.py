from django.urls import path

from orders.web import buyers

app_name = "order"
urlpatterns = [
    path("<uuid:offer_id>/", buyers.order, name="place"),
    path("mine/<str:token>/", buyers.mine, name="mine"),
    path("mine/<str:token>/lines/<uuid:line_id>/<slug:step>/", buyers.line, name="line"),
    path("mine/<str:token>/proposals/<uuid:proposal_id>/", buyers.proposal, name="proposal"),
    path("mine/<str:token>/deliveries/<uuid:allocation_id>/<slug:step>/", buyers.delivery, name="delivery"),
]
