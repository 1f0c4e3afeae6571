"""Walmart's errors."""

from sandbox.exchange import Answer, told
from sandbox.world import Refused

_STATUS = {"no_order": 404}
_CODES = {
    "unauthorized": (401, "UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized"),
    "forbidden": (403, "FORBIDDEN.GMP_GATEWAY_API", "Forbidden"),
    "not_found": (404, "CONTENT_NOT_FOUND.GMP_GATEWAY_API", "Not found"),
    "too_many": (429, "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "Too many requests"),
    "error": (500, "SYSTEM_ERROR.GMP_GATEWAY_API", "Internal error"),
    "unreadable": (400, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", "Invalid request"),
}


def refuse(kind: str, words: str) -> Answer:
    status, code, description = _CODES[kind]
    return error(status, code, description, words)


def refused(why: Refused) -> Answer:
    status = _STATUS.get(why.code, 400)
    code = "CONTENT_NOT_FOUND" if status == 404 else "INVALID_REQUEST_CONTENT"
    return error(status, f"{code}.GMP_ORDER_API", why.words, why.words)


def error(status: int, code: str, description: str, info: str) -> Answer:
    one = {
        "code": code,
        "field": code.partition(".")[0],
        "description": description,
        "info": info,
        "severity": "ERROR",
        "category": "DATA",
        "causes": [],
        "errorIdentifiers": {},
    }
    return told({"error": [one]}, status)
