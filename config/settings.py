"""One settings file; everything that differs between installations comes from the environment."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import logs, look, schema

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# What the embedded installation keeps: database, queue, cache, uploads, mail.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# "production" unless it says otherwise; "demo" is what `make run` starts, "test" the tests. config/safety.py holds
# production to what it needs.
DEPLOYMENT = env.str("DEPLOYMENT", default="demo" if env.bool("DEMO", default=False) else "production")
PRODUCTION = DEPLOYMENT not in {"demo", "test"}
DEBUG = env.bool("DJANGO_DEBUG", default=False)
# The demo: invented people, one-click sign-in, codes shown on the page. Never with real data.
DEMO = env.bool("DEMO", default=DEPLOYMENT == "demo")
INSECURE_KEY = "insecure-key-of-the-demo-and-the-tests"
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_KEY)
# Personal data is encrypted with the first of these; the others still decrypt (key rotation).
INSECURE_FIELD_KEY = "eLKTlGNtIElymWt7M5LZJ2LqgsrI1OD5TgWA8J_Ym6Y="
FIELD_KEYS = env.list("FIELD_KEYS", default=[INSECURE_FIELD_KEY])
# Keyed look-up of encrypted values (a phone number is found without being readable).
INDEX_KEY = env.str("INDEX_KEY", default=INSECURE_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many reverse proxies stand before the web server, each of which adds to X-Forwarded-For.
PROXIES = env.int("PROXIES", default=0)
# People reach production through HTTPS only; the proxy that ends it says so by X-Forwarded-Proto.
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # Subdomains and preload lists bind other sites of the city's domain: not ours to decide.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

INSTALLED_APPS = [
    "config",
    "config.apps.ConsoleConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "rest_framework",
    "django_filters",
    "django_countries",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "communities",
    "teams",
    "projects",
    "evaluations",
    "volunteers",
]
MIDDLEWARE = [
    "config.logs.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "communities.sessions.SessionLimits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "communities.middleware.PolicyMiddleware",
    "communities.middleware.ReadingMiddleware",
    "communities.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
# Forms are drawn by templates/django/forms, so that every field has its label, help and errors in one place.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "communities.context.unread",
            ]
        },
    }
]

# SQLite with one writer at a time is the embedded default; DATABASE_URL switches to PostgreSQL.
ALLOW_SQLITE = env.bool("ALLOW_SQLITE", default=False)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'xiaoxiang.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"ENGINE": "config.postgres", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOW_FILESYSTEM_BROKER = env.bool("ALLOW_FILESYSTEM_BROKER", default=False)
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }
    CELERY_BROKER_URL = "files://localhost"
    for folder in ("broker", "broker-control"):
        (VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
        "polling_interval": 0.1,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # one file less to poll; signs of life come from config.hearts
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "config.hearts:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# Worker and clock are down when they were silent for so many seconds; each leaves a sign every few.
SECONDS_OF_SILENCE = env.int("SECONDS_OF_SILENCE", default=20)

AUTH_USER_MODEL = "communities.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_SAMESITE = "Lax"
# (idle, absolute) seconds after which one must sign in again.
SESSION_LIMITS = {"staff": (2 * 3600, 12 * 3600), "others": (30 * 86400, 90 * 86400)}
SESSION_COOKIE_AGE = SESSION_LIMITS["others"][1]
PASSWORD_RESET_TIMEOUT = 86400
# A city may ask its staff for an authenticator app before the console opens, and for mixed passwords (等保).
SECOND_FACTOR_FOR_STAFF = env.bool("SECOND_FACTOR_FOR_STAFF", default=False)
if env.bool("MIXED_PASSWORDS", default=False):
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "communities.passwords.MixedPassword"})
# Which version of the privacy page (templates/communities/privacy.html) people agree to; a new one is asked for.
PRIVACY_VERSION = "2026-11"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
# The second holds words of libraries which their own catalogues leave in English.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "vendor"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if DEPLOYMENT != "test" and not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
# Uploaded documents and photos: outside the web root, handed out by views that ask who is asking.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))

# Where people reach this installation: links in e-mails begin with it.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="xiaoxiang.localhost")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"noreply@{MAIL_DOMAIN}")
# Without a mail server and an SMS gateway both end up as files, for the demo and the tests.
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}"))
SMS_SENDER = env.str("SMS_SENDER", default="communities.services.sms.ConsoleSender")
SMS_DIR = VAR_DIR / "sms"
# For communities.services.sms.HttpSender.
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_SECRET = env.str("SMS_GATEWAY_SECRET", default="")
SMS_GATEWAY_CA = env.str("SMS_GATEWAY_CA", default="")
# Kinds of notices (communities/notices.py) that also go out by SMS, and those that do not; “*” is all the others.
SMS_ALSO_FOR = env.list("SMS_ALSO_FOR", default=[])
SMS_NOT_FOR = env.list("SMS_NOT_FOR", default=[])
# Reminders of missing score sheets: so many days before they are due, and between which hours of the city's day.
REMIND_DAYS_BEFORE = [int(days) for days in env.list("REMIND_DAYS_BEFORE", default=["7", "3", "1"])]
REMIND_BETWEEN_HOURS = (env.int("REMIND_FROM_HOUR", default=8), env.int("REMIND_UNTIL_HOUR", default=21))
# Against somebody who has codes sent to strangers; far above a hall of phones behind one address.
SMS_CODES_PER_ADDRESS_AND_HOUR = env.int("SMS_CODES_PER_ADDRESS_AND_HOUR", default=3000)

# Scripts and styles come from this server alone; Unfold's Alpine needs eval, so it is allowed under /admin/ only
# (communities.middleware adds it).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logs.configuration(as_json=PRODUCTION)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["communities.api.permissions.ActionPermission"],
    # Files are sent as multipart to the actions that take some.
    "DEFAULT_PARSER_CLASSES": ["communities.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "communities.api.pagination.KeysetPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "communities.api.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = schema.SPECTACULAR
UNFOLD = look.UNFOLD
