from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config import health, metrics, security_txt, views
from finance.api.oauth.views import metadata as oauth_metadata
from finance.web.certificate.public import controller as did_document
from traceability.web import checkpoint

admin.site.site_header = admin.site.site_title = "溯源 Suyuan"
# Nobody here has an e-mail address; django-allauth brings the table. Factors and log-ins are their owners': what staff
# may do about them stands at the people.
admin.site.unregister([EmailAddress, Authenticator, UserSession])
# The administration has no log-in of its own: the one by phone number limits attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.show, name="metrics"),
    path("account/", include("accounts.entrance_urls")),
    path("parties/", include("accounts.urls")),
    path("api/epcis/", include("traceability.api.urls")),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("traceability.api.v1.urls")),
    path("api/v1/", include("orders.api.urls")),
    path("bank/", include("finance.web.bank.urls")),
    path("certificate/", include("finance.web.certificate.urls")),
    path(".well-known/security.txt", security_txt.show, name="security-txt"),
    path(".well-known/did.json", did_document, name="did-document"),
    path("api/bank/v1/", include("finance.api.urls")),
    path("oauth/", include("finance.api.urls_oauth")),
    path(".well-known/oauth-authorization-server", oauth_metadata, name="oauth-metadata"),
    path("api/fieldwork/", include("traceability.api.urls_fieldwork")),
    path("fields/", include("traceability.web.fieldwork.urls")),
    path("checkpoint", checkpoint.newest, name="checkpoint"),
    path("feedback/", include("traceability.web.feedback.urls")),
    path("operator/log/", include("traceability.web.urls_operator")),
    path("operator/cards/", include("finance.web.urls_cards")),
    path("authority/", include("traceability.web.authority.urls")),
    path("inspection/", include("traceability.web.inspection.urls")),
    path("plant/", include("traceability.web.urls_plant")),
    path("imports/", include("traceability.web.imports.urls")),
    path("market/", include("orders.web.urls")),
    path("order/", include("orders.web.urls_order")),
    path("labels/", include("traceability.web.labels.urls")),
    path("credit/", include("finance.web.credit.urls")),
    path("", include("traceability.web.urls_farm")),
    path("admin/", admin.site.urls),
    # Last: what is printed on bags.
    path("", include("traceability.web.urls_trace")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.refused"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many"
handler500 = "config.errors.failed"
