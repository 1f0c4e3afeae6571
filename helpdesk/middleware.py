"""What every answer passes on its way out."""

from django.middleware.gzip import GZipMiddleware


class CompressPages(GZipMiddleware):
    """Compress pages and REST answers, each with up to a hundred random bytes (BREACH).

    Files are left alone: most are compressed already, and their length is worth knowing.
    """

    KINDS = ("text/html", "application/json", "application/problem+json")

    def process_response(self, request, response):
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in self.KINDS:
            return response
        return super().process_response(request, response)
