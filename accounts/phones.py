"""Phone numbers: people type them in many ways, and they are kept in one (E.164)."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from accounts.errors import PhoneNumberError

REGION = "CN"
# What can receive a code; in some countries a number does not tell whether it is mobile.
_REACHABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def parse(text: str) -> str:
    """Read a mobile number, Chinese unless it brings its country, into E.164. Raises PhoneNumberError."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise PhoneNumberError from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneNumberError
    if phonenumbers.number_type(number) not in _REACHABLE:
        raise PhoneNumberError
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def readable(phone: str) -> str:
    """Write a number in E.164 as people read it: 138 0013 8000; of other countries, with the country's code."""
    number = phonenumbers.parse(phone)
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )
