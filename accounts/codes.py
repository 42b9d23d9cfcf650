"""The codes by which Chinese authorities know an organisation and a place."""

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from accounts.errors import CompanyPrefixError, CreditCodeError, DivisionCodeError

# GB/T 2260: the first two digits are the province.
_DIVISION = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{10}", re.ASCII)

# GS1 General Specifications, 1.4.4: how many digits a company prefix has here; shorter ones are GS1's own.
PREFIX_DIGITS = range(6, 13)
# For demonstrations and examples (GS1 General Specifications, 1.4.2): no company has it.
DEMONSTRATION_PREFIX = "952"


def credit_code(text: str) -> str:
    """Read a unified social credit code (GB 32100-2015), 18 characters in capitals. Raises CreditCodeError."""
    try:
        return str(uscc.validate(text))
    except ValidationError as error:
        raise CreditCodeError from error


def division_code(text: str) -> str:
    """Read the 12-digit code of a division, from province to village. Raises DivisionCodeError."""
    code = text.replace(" ", "")
    if not _DIVISION.fullmatch(code):
        raise DivisionCodeError
    return code


def company_prefix(text: str) -> str:
    """Read a GS1 company prefix that a company can have. Raises CompanyPrefixError."""
    digits = text.replace(" ", "")
    is_number = digits.isascii() and digits.isdigit() and len(digits) in PREFIX_DIGITS
    if not is_number or digits.startswith(DEMONSTRATION_PREFIX):
        raise CompanyPrefixError
    return digits
