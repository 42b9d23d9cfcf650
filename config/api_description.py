"""What every operation of the published description answers besides what its view says."""

from typing import Any

_FIRST, _AGAIN, _REFUSED = "201", "200", "4XX"
# Where records are told by an id of their sender's own, and told again by the same one.
_OF_RECORDS = "/api/v1/"
REFUSAL = {
    "description": "Refused: problem details (RFC 9457) name what is wrong.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/RefusalAnswer"}}},
}


def complete_answers(result: Any, **_of_the_generator: object) -> Any:
    """Add refusals, which config.errors gives one form, and the answer to what was sent before.

    Set as a hook of drf-spectacular's. An operation that lists its refusals one by one keeps its list.
    """
    for path, operations in result["paths"].items():
        for operation in operations.values():
            _complete(operation["responses"], is_record=path.startswith(_OF_RECORDS))
    return result


def _complete(answers: dict[str, Any], *, is_record: bool) -> None:
    if is_record and _FIRST in answers:
        answers.setdefault(_AGAIN, {**answers[_FIRST], "description": "The same was sent before: nothing is added."})
    if not any(status.startswith("4") for status in answers):
        answers[_REFUSED] = REFUSAL
