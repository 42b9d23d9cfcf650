from django.urls import path

from finance.web.credit import certificates, consents, disputes, fairness, figures, helped, loans, views

app_name = "credit"
urlpatterns = [
    path("", views.home, name="home"),
    path("score/", views.look, name="look"),
    path("queries/", views.queries, name="queries"),
    path("export.json", views.export, name="export"),
    path("receivables/", loans.receivables, name="receivables"),
    path("receivables.json", loans.receivables_json, name="receivables_json"),
    path("consents/new/", consents.new, name="consent_new"),
    path("consents/<uuid:consent_id>/", consents.show, name="consent"),
    path("consents/<uuid:consent_id>/give/", consents.give, name="give"),
    path("consents/<uuid:consent_id>/revoke/", consents.revoke, name="revoke"),
    path("consents/<uuid:consent_id>/receipt.pdf", consents.receipt, name="receipt"),
    path("consents/<uuid:consent_id>/refer/", loans.refer, name="refer"),
    path("consents/<uuid:consent_id>/code/", helped.code, name="code"),
    path("consents/<uuid:consent_id>/send/", helped.send, name="code_send"),
    path("helped/", helped.home, name="helped"),
    path("helped/<uuid:farm_id>/new/", helped.new, name="helped_new"),
    path("loans/", loans.home, name="loans"),
    path("consents/<uuid:consent_id>/certificate/", certificates.make, name="certificate_make"),
    path("certificate/", certificates.home, name="certificates"),
    path("certificate/<uuid:credential_id>/", certificates.show, name="certificate"),
    path("certificate/<uuid:credential_id>/code.svg", certificates.code, name="certificate_code"),
    path("certificate/<uuid:credential_id>/take-back/", certificates.take_back, name="certificate_take_back"),
    path("loans/<uuid:loan_id>/", loans.show, name="loan"),
    path("disputes/new/", disputes.new, name="dispute_new"),
    path("disputes/waiting/", disputes.waiting, name="disputes_waiting"),
    path("disputes/<uuid:dispute_id>/", disputes.show, name="dispute"),
    path("disputes/<uuid:dispute_id>/withdraw/", disputes.withdraw, name="dispute_withdraw"),
    path("disputes/<uuid:dispute_id>/answer/", disputes.answer, name="dispute_answer"),
    path("fairness/", fairness.home, name="fairness"),
    path("fairness/erase/", fairness.erase, name="fairness_erase"),
    path("figures/", figures.home, name="figures"),
]
