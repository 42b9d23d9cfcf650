from django.urls import path

from traceability.web.labels import card, views

app_name = "labels"
urlpatterns = [
    path("", views.home, name="home"),
    path("card/", card.card, name="card"),
    path("card/qr.svg", card.qr, name="card_qr"),
    path("lots/<uuid:lot_id>/bags/", views.bags, name="bags"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("batches/<uuid:batch_id>/clear/", views.clear, name="clear"),
    path("batches/<uuid:batch_id>/sheet.pdf", views.batch_sheet, name="batch_sheet"),
]
