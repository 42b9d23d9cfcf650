"""The codes by which Chinese authorities know an organisation and a place."""

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from accounts.errors import CreditCodeError, DivisionCodeError

# GB/T 2260: the first two digits are the province.
_DIVISION = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{10}", re.ASCII)


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
