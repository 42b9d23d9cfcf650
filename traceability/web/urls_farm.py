from django.urls import path

from traceability.web import farm, growth, lots, records, samples
from traceability.web.inspection import reports

app_name = "farm"
urlpatterns = [
    path("plots/", farm.plots, name="plots"),
    path("plots/new/", farm.register, name="register"),
    path("plots/<uuid:plot_id>/", farm.plot, name="plot"),
    path("plots/<uuid:plot_id>/correct/", farm.correct, name="correct_plot"),
    path("plots/<uuid:plot_id>/retire/", farm.retire, name="retire"),
    path("plots/<uuid:plot_id>/seasons/new/", farm.begin, name="begin"),
    path("seasons/<uuid:season_id>/", farm.season, name="season"),
    path("seasons/<uuid:season_id>/log/<slug:operation>/", growth.log, name="log"),
    path("seasons/<uuid:season_id>/harvest/", growth.harvest, name="harvest"),
    path("records/<uuid:record_id>/correct/", records.amend, name="amend"),
    path("records/<uuid:record_id>/erase/", records.erase, name="erase"),
    path("records/<uuid:record_id>/photos/<slug:sha256>/", records.photo, name="photo"),
    path("lots/", lots.lots, name="lots"),
    path("lots/<uuid:lot_id>/", lots.lot, name="lot"),
    path("lots/<uuid:lot_id>/samples/new/", lots.sample, name="sample"),
    path("samples/", samples.samples, name="samples"),
    path("samples/<uuid:sample_id>/report/", reports.report, name="report"),
]
