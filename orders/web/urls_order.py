from django.urls import path

from orders.web import selling

app_name = "order"
urlpatterns = [path("<uuid:offer_id>/", selling.order, name="place")]
