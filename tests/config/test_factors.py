import pytest
from allauth.mfa.utils import decrypt, encrypt

from config.factors import FactorAdapter
from tests.factories.parties import make_user
from traceability.vault import VaultError


def test_secrets_are_encrypted_anew_each_time() -> None:
    first, again = encrypt("JBSWY3DPEHPK3PXP"), encrypt("JBSWY3DPEHPK3PXP")

    assert first != again
    assert (decrypt(first), decrypt(again)) == ("JBSWY3DPEHPK3PXP",) * 2
    with pytest.raises(VaultError):
        decrypt(first[:-8] + "AAAAAAA=")


@pytest.mark.django_db
def test_an_app_names_the_account_and_the_platform() -> None:
    user = make_user()

    url = FactorAdapter().build_totp_url(user, "JBSWY3DPEHPK3PXP")

    assert url.startswith("otpauth://totp/138%20")
    assert url.endswith("?secret=JBSWY3DPEHPK3PXP&issuer=%E6%BA%AF%E6%BA%90%20Suyuan")


def test_the_picture_for_the_app_holds_no_style_and_no_script() -> None:
    drawn = FactorAdapter().build_totp_svg("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")

    assert drawn.startswith("<svg ")
    assert not {"<style", "style=", "<script"} & {part for part in ("<style", "style=", "<script") if part in drawn}
