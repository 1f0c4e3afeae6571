"""How the OpenAPI document is written: what every operation has, said once."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from accounts.errors import RuleViolation
from helpdesk.api.idempotency import HEADER

PROBLEM_TYPE = "application/problem+json"
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
IN_FLIGHT = "`idempotency_key_in_flight`: the first request with the key still runs."

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details. `code` is stable; `detail` is written for people.",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The path of the request."},
        "code": {"type": "string", "examples": ["already_claimed"]},
        "errors": {
            "type": "array",
            "description": "Which inputs are wrong, where inputs are.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "missed": {
            "type": "array",
            "description": "Of `something_was_missed`: what was written since.",
            "items": {"type": "object", "additionalProperties": True},
        },
    },
    "additionalProperties": True,
}

INTRODUCTION = """\
The same rules as in the pages, for programs. Tickets change by acts, each a `POST` of its own:
`/tickets/{id}/solve/`. What a person may not see is answered as if it were not there.

**Who calls.** `Authorization: Bearer <token>`, made under `/api/v1/tokens/` in a browser's session
or by `manage.py create_api_token`. Scopes: `read`, `write` (read and act), `mail` (hand in mail,
nothing else). A browser's session works too, with its CSRF token in `X-CSRFToken`.

**Repeating.** A `POST` with an `Idempotency-Key` acts once, however often it is sent within seven
days. Only successes are remembered: what was refused has done nothing and may be sent again.

**Lists** come in pages by cursor: follow `next`. They are not counted. Times are UTC, choices are
spoken by name, money is `{"amount": "12.50", "minor": 1250, "currency": "EUR"}`. Unknown parameters
and fields are refused.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`: 400 for input that cannot
be (`errors` names the fields), 409 for what the rules of the helpdesk forbid.
"""

KEY_PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description=(
        "1 to 255 visible ASCII characters, chosen by the client, best a UUID. A repetition"
        " within seven days gets the first answer again, with `Idempotency-Replayed: true`."
    ),
)


class RestSchema(AutoSchema):
    def get_override_parameters(self):
        return [KEY_PARAMETER] if self.method == "POST" else []

    def get_summary(self):
        """Say the act beside its path: the first line of what describes it."""
        return super().get_description().partition("\n")[0].removesuffix(".")

    def get_description(self):
        return super().get_description().partition("\n")[2].strip()

    def get_operation_id(self):
        """Name an act by its verb: tickets_solve, not tickets_solve_create."""
        name = super().get_operation_id()
        is_act = self.method == "POST" and getattr(self.view, "action", "") != "create"
        return name.removesuffix("_create") if is_act else name


def refusal(*violations: type[RuleViolation]) -> OpenApiResponse:
    """Describe a 409 by the codes of the rules that can be broken."""
    codes = [f"`{violation.code}`" for violation in violations]
    return OpenApiResponse(PROBLEM_REF, description="\n".join([*codes, IN_FLIGHT]))


def add_problems(result, generator, request, public):
    """Give every operation the problems any request can meet. A hook of drf-spectacular."""
    result["info"]["description"] = INTRODUCTION
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _describe_problems(operation, method=method, has_object="{" in path)
    return result


def _describe_problems(operation: dict, *, method: str, has_object: bool) -> None:
    responses = operation["responses"]
    known = {
        "400": "Something sent is not possible; `errors` says what.",
        "401": "No token or session, or one that is not valid.",
        "403": "The role or the token's scope does not allow this.",
    }
    if has_object:
        known["404"] = "There is nothing here, or nothing the person may see."
    if method == "post":
        known |= {"409": IN_FLIGHT, "422": "`idempotency_key_reused`: for another request."}
    for status, description in known.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {PROBLEM_TYPE: {"schema": PROBLEM_REF}}
    operation["responses"] = dict(sorted(responses.items()))
