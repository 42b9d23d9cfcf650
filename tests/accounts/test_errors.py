from django.utils import translation

from accounts.errors import AccountsError, PhoneNumberError


def test_an_error_speaks_the_readers_language() -> None:
    error = PhoneNumberError()

    with translation.override("en"):
        english = error.message
    with translation.override("zh-hans"):
        chinese = error.message

    assert english.startswith("This is no mobile number.")
    assert chinese.startswith("这不是手机号。")


def test_an_error_names_the_field_and_the_rule() -> None:
    error = PhoneNumberError()

    assert (error.pointer, error.rule) == ("/phone", "phone_number")
    with translation.override("en"):
        assert str(error).startswith("/phone: phone_number: This is no mobile number.")
        assert str(AccountsError()) == "/: refused: This was refused."
