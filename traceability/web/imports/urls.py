from django.urls import path

from traceability.web.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.home, name="home"),
    path("template/<str:kind>.<str:form>", views.template, name="template"),
    path("<uuid:import_id>/", views.report, name="report"),
    path("<uuid:import_id>/load/", views.start_loading, name="load"),
    path("<uuid:import_id>/bad-rows.csv", views.mend, name="bad_rows"),
]
