"""What a request body may be."""

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

#: The longest text of an act fits several times, every character escaped.
MAX_JSON_BYTES = 2 * 1024 * 1024


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "body_too_large"
    default_detail = "The request is larger than this installation takes."


class BoundedJSONParser(JSONParser):
    """JSON of bounded size and depth."""

    def parse(self, stream, media_type=None, parser_context=None):
        refuse_larger(parser_context["request"], MAX_JSON_BYTES)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error


def refuse_larger(request, limit: int) -> None:
    """Look at Content-Length; the server reads no more of a body than it declares.

    :raises BodyTooLarge: for a body of more than ``limit`` bytes.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > limit:
        raise BodyTooLarge(f"A body of this kind has at most {limit} bytes.")
