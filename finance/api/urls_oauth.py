from django.urls import path

from finance.api.oauth import consenting, views

app_name = "oauth"
urlpatterns = [
    path("par", views.par, name="par"),
    path("authorize", consenting.authorize, name="authorize"),
    path("token", views.token, name="token"),
]
