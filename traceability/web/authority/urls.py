"""The pages of the recall, for regulators and for those whose lots are recalled."""

from django.urls import path

from traceability.web.authority import views

app_name = "authority"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("lots/<uuid:lot_id>/", views.lot, name="lot"),
    path("lots/<uuid:lot_id>/hold/", views.hold, name="hold"),
    path("lots/<uuid:lot_id>/recall/", views.begin, {"drill": False}, name="begin"),
    path("lots/<uuid:lot_id>/drill/", views.begin, {"drill": True}, name="drill"),
    path("recalls/<uuid:recall_id>/", views.recall, name="recall"),
    path("recalls/<uuid:recall_id>/level/", views.level, name="level"),
    path("recalls/<uuid:recall_id>/widen/", views.widen, name="widen"),
    path("recalls/<uuid:recall_id>/answer/", views.answer, name="answer"),
    path("recalls/<uuid:recall_id>/close/", views.close, name="close"),
    path("recalls/<uuid:recall_id>/recall.xlsx", views.spreadsheet, name="spreadsheet"),
    path("alerts/", views.route, name="route"),
]
