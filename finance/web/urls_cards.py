"""The operator's pages of scorecards."""

from django.urls import path

from finance.web import card_levels, cards

app_name = "cards"
urlpatterns = [
    path("", cards.overview, name="all"),
    path("roll-back/", cards.take_back, name="roll_back"),
    path("<str:card_id>/", cards.card, name="card"),
    path("<str:card_id>/correct/", card_levels.correct, name="correct"),
    path("<str:card_id>/calibrate/", card_levels.calibrate, name="calibrate"),
    path("<str:card_id>/decide/", cards.decide, name="decide"),
    path("<str:card_id>/card.json", cards.file, name="file"),
]
