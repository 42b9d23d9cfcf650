from django.urls import path

from traceability.api.v1 import farm, imports, lots, making, records, trade

app_name = "v1"
urlpatterns = [
    path("plots", farm.Plots.as_view(), name="plots"),
    path("plots/<uuid:plot_id>", farm.PlotDetail.as_view(), name="plot"),
    path("seasons", farm.Seasons.as_view(), name="seasons"),
    path("seasons/<uuid:season_id>", farm.SeasonDetail.as_view(), name="season"),
    path("seasons/<uuid:season_id>/events", records.SeasonEvents.as_view(), name="season-events"),
    path("lots", lots.Lots.as_view(), name="lots"),
    path("lots/<uuid:lot_id>", lots.LotDetail.as_view(), name="lot"),
    path("lots/<uuid:lot_id>/events", records.LotEvents.as_view(), name="lot-events"),
    path("lots/<uuid:lot_id>/genealogy", lots.Genealogy.as_view(), name="genealogy"),
    path("lots/<uuid:lot_id>/bundle", lots.Bundle.as_view(), name="bundle"),
    path("events/<uuid:record_id>", records.EventDetail.as_view(), name="event"),
    path("shipments", trade.Shipments.as_view(), name="shipments"),
    path("shipments/<uuid:shipment_id>", trade.ShipmentDetail.as_view(), name="shipment"),
    path("shipments/<uuid:shipment_id>/acceptance", trade.ShipmentAcceptance.as_view(), name="acceptance"),
    path("harvests", making.Harvests.as_view(), name="harvests"),
    path("processes", making.Processes.as_view(), name="processes"),
    path("intakes", making.Intakes.as_view(), name="intakes"),
    path("imports", imports.SheetImports.as_view(), name="imports"),
    path("imports/<uuid:import_id>", imports.SheetImportDetail.as_view(), name="import"),
    path("imports/<uuid:import_id>/loading", imports.SheetLoading.as_view(), name="import-loading"),
    path("certificates", trade.Certificates.as_view(), name="certificates"),
]
