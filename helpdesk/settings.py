"""Settings of Recourse. Every value that differs between installations comes from the environment.

A missing secret stops the start and names itself.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from helpdesk.api.description import SPECTACULAR_SETTINGS  # noqa: F401
from helpdesk.broker import BROKER_TRANSPORT_OPTIONS, celery_broker, every
from helpdesk.live.names import origin_elsewhere
from helpdesk.timetable import TIMETABLE

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# Core

SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
_site = urlsplit(SITE_URL)
IS_SECURE = _site.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname or "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pgtrigger",
    "rest_framework",
    "accounts",
    "marketplaces",
    "policies",
    "helpdesk",
    "escalations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "helpdesk.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageAndTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# What the apps above the core add to the demo.
DEMO_CHAPTERS = [f"escalations.demo.{it}" for it in ("clocks", "departments", "cases", "findings")]

# Database, cache, broker. Redis is never the truth.

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A page joins up to a dozen tables, in the order it was written. Weighing all other orders of
# eight takes PostgreSQL 20 ms each time, of four 2 ms (docs/benchmarks.md).
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c join_collapse_limit=4")
REDIS_URL = env("REDIS_URL")
REDIS_CACHE_URL = env("REDIS_CACHE_URL", default=REDIS_URL)
# Where browsers find the event server: behind the same proxy as the pages, or on a port of its own.
EVENTS_URL = env("EVENTS_URL", default="/events/")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": "recourse",
    }
}

# Celery

CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "helpdesk.tasks.*mail*": {"queue": "mail"},
    "escalations.tasks.sweep_clocks": {"queue": "clocks"},
    "escalations.tasks.*webhook*": {"queue": "webhooks"},
    "marketplaces.tasks.fetch_news": {"queue": "marketplaces"},
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = BROKER_TRANSPORT_OPTIONS
CELERY_BEAT_SCHEDULE = every(TIMETABLE)

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "helpdesk:queue"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_RESET_TIMEOUT = 3600
# Locks the pair of account and address, not the account alone: nobody can lock a colleague out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.views.signing_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
AXES_VERBOSE = False
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Sessions, cookies, browser policy

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME = "__Host-recourse" if IS_SECURE else "recourse"
CSRF_COOKIE_NAME = "__Host-recourse-csrf" if IS_SECURE else "recourse-csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = IS_SECURE and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
EVENTS_COOKIE_NAME = "__Secure-recourse-events" if IS_SECURE else "recourse-events"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *origin_elsewhere(EVENTS_URL)],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("it", "Italiano")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
ATTACHMENTS_DIR = env("ATTACHMENTS_DIR", default=str(BASE_DIR / "var" / "attachments"))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": ATTACHMENTS_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": env(
            "STATIC_STORAGE", default="helpdesk.static_files.CompressedJoinedStaticFiles"
        )
    },
}

# Marketplaces, and what speaks with each

MARKETPLACE_GATEWAYS = {
    "amazon": "marketplaces.gateways.amazon.gateway.Amazon",
    "ebay": "marketplaces.gateways.ebay.gateway.Ebay",
    "shopify": "marketplaces.gateways.shopify.gateway.Shopify",
    "walmart": "marketplaces.gateways.walmart.gateway.Walmart",
}
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])  # the first encrypts, all decrypt
# A sandbox on this machine or in our own network; real marketplaces are public and speak https.
MARKETPLACES_MAY_BE_PRIVATE = env.bool("MARKETPLACES_MAY_BE_PRIVATE", default=False)
EXCHANGE_LOG_DAYS = env.int("EXCHANGE_LOG_DAYS", default=30)

# Mail

MAIL_DOMAIN = env("MAIL_DOMAIN", default="recourse.example")
SUPPORT_ADDRESS = env("SUPPORT_ADDRESS", default=f"support@{MAIL_DOMAIN}")
SUPPORT_NAME = env("SUPPORT_NAME", default="Customer service")
DEFAULT_FROM_EMAIL = SUPPORT_ADDRESS
vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 30
IMAP_URLS = env.list("IMAP_URLS", default=[])
MARKETPLACE_RELAY_DOMAINS = {
    "marketplace.amazon.com": "amazon",
    "members.ebay.com": "ebay",
    "relay.walmart.com": "walmart",
} | env.dict("MARKETPLACE_RELAY_DOMAINS", default={})
UNDO_SEND_SECONDS = env.int("UNDO_SEND_SECONDS", default=10)
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", default=30 * 1024 * 1024)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=20 * 1024 * 1024)
ATTACHMENT_MAX_COUNT = env.int("ATTACHMENT_MAX_COUNT", default=20)

# REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "helpdesk.api.authentication.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "helpdesk.api.authentication.TokenHasScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "helpdesk.api.pagination.ByCursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.schema.RestSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "helpdesk.api.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
REST_KNOX = {
    "TOKEN_MODEL": "accounts.ApiToken",
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_PREFIX": "rcs_",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
# The library would make the table of the token model we do not use.
MIGRATION_MODULES = {"knox": None}

# Logs

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Below WARNING the libraries of HTTP write down headers, and so secrets.
    "loggers": dict.fromkeys(("axes", "fontTools", "httpcore", "httpx"), {"level": "WARNING"}),
}
