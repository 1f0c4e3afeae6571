"""Shows every page in the reader's language and time zone."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

KNOWN_LANGUAGES = dict(settings.LANGUAGES)


class LanguageAndTimeZone:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        else:
            language, zone = translation.get_language_from_request(request), settings.TIME_ZONE
        if language not in KNOWN_LANGUAGES:
            language = settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
