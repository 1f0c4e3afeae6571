"""What a request body may be."""

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

#: The longest text of an act fits several times, every character escaped.
MAX_JSON_BYTES = 2 * 1024 * 1024


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = f"A JSON body has at most {MAX_JSON_BYTES} bytes."


class BoundedJSONParser(JSONParser):
    """JSON of bounded size and depth."""

    def parse(self, stream, media_type=None, parser_context=None):
        if _declared_length(parser_context) > MAX_JSON_BYTES:
            raise BodyTooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error


def _declared_length(parser_context) -> int:
    """Return Content-Length; the server reads no more of a body than it declares."""
    length = parser_context["request"].META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() else 0
