from django.urls import path

from orders.web import dealing, growing, market, selling

app_name = "market"
urlpatterns = [
    path("", market.home, name="home"),
    path("products/<slug:code>/match/", market.match, name="match"),
    path("products/<slug:code>/promise/", market.promise, name="promise"),
    path("runs/<uuid:run_id>/", market.run, name="run"),
    path("runs/<uuid:run_id>/decide/", market.decide, name="decide"),
    path("runs/<uuid:run_id>/<slug:name>.json", market.file, name="file"),
    path("selling/", selling.home, name="selling"),
    path("selling/<slug:code>/new/", selling.offer_new, name="offer_new"),
    path("offers/<uuid:offer_id>/", selling.offer, name="offer"),
    path("offers/<uuid:offer_id>/close/", selling.close, name="close"),
    path("offers/<uuid:offer_id>/qr.svg", selling.qr, name="qr"),
    path("lines/<uuid:line_id>/cancel/", selling.cancel, name="cancel"),
    path("growing/", growing.home, name="growing"),
    path("growing/<slug:code>/new/", growing.plan_new, name="plan_new"),
    path("plans/<uuid:plan_id>/", growing.plan, name="plan"),
    path("plans/<uuid:plan_id>/revise/", growing.revise, name="revise"),
    path("plans/<uuid:plan_id>/end/", growing.end, name="end"),
    path("plans/<uuid:plan_id>/grow/<uuid:season_id>/", growing.grow, name="grow"),
    path("dealing/", dealing.home, name="dealing"),
    path("dealing/statements/", dealing.state, name="state"),
    path("dealing/statements/<uuid:statement_id>/instruct/", dealing.instruct, name="instruct"),
    path("dealing/payouts.csv", dealing.payouts, name="payouts"),
    path("dealing/payouts/<uuid:payout_id>/", dealing.receipt, name="receipt"),
    path("dealing/<uuid:allocation_id>/", dealing.allocation, name="allocation"),
    path("dealing/<uuid:allocation_id>/<slug:name>/", dealing.step, name="step"),
]
