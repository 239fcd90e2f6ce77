"""Every setting, once; what differs between installations comes from the environment.

`ADVOCACY_ENV` is demo, test or production and has no default. Production refuses to start without
its secrets (see `advocacy/checks.py`); the sandbox, the mailbox page and demo logins exist only
outside it.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from advocacy.environment import database, environment, listed, number, optional, required, switch

BASE_DIR = Path(__file__).resolve().parent.parent
ADVOCACY_ENV = environment()
PRODUCTION = ADVOCACY_ENV == "production"
DEBUG = switch("DEBUG", default=False)

if PRODUCTION:
    SECRET_KEY = required("SECRET_KEY", "a long random text that signs sessions and links")
    FIELD_KEYS = listed("FIELD_KEYS") or [required("FIELD_KEYS", "32 random bytes in base64 that encrypt grants")]
    SITE_ADDRESS = required("SITE_ADDRESS", "the address people type, such as https://share.example.com")
    DATABASE_URL = required("DATABASE_URL", "the application's role at PostgreSQL")
    EMAIL_HOST = required("EMAIL_HOST", "the server that sends invitations")
    ENVIRONMENT_NAME = required("ENVIRONMENT_NAME", "such as live or staging; a copy under another name posts nothing")
else:
    SECRET_KEY = optional("SECRET_KEY", f"only-for-{ADVOCACY_ENV}-never-for-people")
    FIELD_KEYS = listed("FIELD_KEYS") or [base64.b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]
    SITE_ADDRESS = optional("SITE_ADDRESS", "http://127.0.0.1:8000")
    DATABASE_URL = optional("DATABASE_URL", "postgresql://advocacy_app@127.0.0.1:5432/advocacy")
    EMAIL_HOST = optional("EMAIL_HOST")
    ENVIRONMENT_NAME = optional("ENVIRONMENT_NAME", ADVOCACY_ENV)

ALLOWED_HOSTS = listed("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS", SITE_ADDRESS)

# --- the house ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "heroicons",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "integrations",
    "campaigns",
    "advocacy",
]
MIDDLEWARE = [
    "advocacy.middleware.RequestId",
    "advocacy.middleware.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "advocacy.middleware.Compression",
    "advocacy.middleware.BrowserPolicies",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonalLocale",
    "advocacy.middleware.NoNullCharacters",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.Tenancy",  # last: its process_view runs the view inside the organization
]
ROOT_URLCONF = "advocacy.urls"
WSGI_APPLICATION = "advocacy.wsgi.application"
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
                "csp.context_processors.nonce",
                "advocacy.page.page",
            ],
            "builtins": ["advocacy.templatetags.page_tags"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- data -----------------------------------------------------------------------------------
MIGRATION_DATABASE_URL = optional("MIGRATION_DATABASE_URL", DATABASE_URL)
# Only `manage.py migrate` runs as the tables' owner; it asks for the role by this variable.
RUNS_AS_OWNER = optional("ADVOCACY_ROLE", "app") == "owner"
ENGINE_ROLE = "advocacy_engine"
OWNER_DATABASE = database(MIGRATION_DATABASE_URL)
DATABASES = {
    "default": {
        **(OWNER_DATABASE if RUNS_AS_OWNER else database(DATABASE_URL)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer hands connections out per transaction
        "ATOMIC_REQUESTS": False,  # the tenancy middleware owns the transaction
    }
}
# By kind of program (accounts/time_limits.py), in seconds. One stuck transaction must not stop everybody else.
STATEMENT_TIMEOUT = {
    "web": number("STATEMENT_TIMEOUT_WEB", 15),
    "engine": number("STATEMENT_TIMEOUT_ENGINE", 5),
    "work": number("STATEMENT_TIMEOUT_WORK", 600),
}
LOCK_TIMEOUT = {
    "web": number("LOCK_TIMEOUT_WEB", 10),
    "engine": number("LOCK_TIMEOUT_ENGINE", 2),  # longer than PostgreSQL needs to see a deadlock
    "work": number("LOCK_TIMEOUT_WORK", 30),
}
IDLE_TIMEOUT = {  # within a transaction
    "web": number("IDLE_TIMEOUT_WEB", 30),
    "engine": number("IDLE_TIMEOUT_ENGINE", 15),
    "work": number("IDLE_TIMEOUT_WORK", 120),
}

REDIS_URL = optional("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHE_URL = optional("CACHE_URL", REDIS_URL.rsplit("/", 1)[0] + "/1")
CACHES = {"default": {"BACKEND": "advocacy.steady_cache.SteadyCache", "LOCATION": CACHE_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# What an act at the bottom must reach above it, in this order, inside its transaction (design.md §2).
ON_DEPARTURE = (
    "campaigns.actions.departures.cancel_planned_shares",
    "campaigns.actions.departures.take_name_off_boards",
    "campaigns.actions.calendar.end_calendar_of_leaver",
    "campaigns.actions.suggestions.forget_suggester",
    "campaigns.actions.interests.forget_interests_of_leaver",
    "campaigns.actions.post_figures.forget_figures_of_leaver",
    "campaigns.actions.task_proofs.forget_tasks_of_leaver",
    "integrations.actions.departures.give_back_grants",
    "integrations.actions.web_push.forget_devices_of_leaver",
)
ON_DEACTIVATION = (
    "campaigns.actions.departures.cancel_shares_of_deactivated",
    "campaigns.actions.task_proofs.show_no_curator_of_deactivated",
    "campaigns.actions.calendar.end_calendar_of_leaver",
    "integrations.actions.departures.give_back_grants_of_deactivated",
    "integrations.actions.web_push.forget_devices_of_leaver",
)
ON_CONSENT_WITHDRAWN = (
    "campaigns.actions.departures.cancel_shares_without_consent",
    "campaigns.actions.task_proofs.show_no_curator_without_consent",
    "integrations.actions.departures.give_back_grants_without_consent",
)
PERSONAL_RECORD = (
    "accounts.selectors.personal_record.own_record",
    "integrations.selectors.personal_record.own_record",
    "campaigns.selectors.personal_record.own_record",
)
PERSONAL_DATA = (
    "accounts.personal_data.PERSONAL_DATA",
    "integrations.personal_data.PERSONAL_DATA",
    "campaigns.personal_data.PERSONAL_DATA",
)
KEPT_BY_NETWORK = ("integrations.selectors.personal_record.kept_accounts",)
# Which networks a new company offers its people.
FIRST_NETWORKS = ("integrations.selectors.networks.working_at_once",)
# What the pages of `accounts` show from above it: an invitation's three stories, and what leaving would end.
INVITATION_ITEMS = ("campaigns.selectors.invitation_items.invitation_items",)
SETUP_SEEN = ("campaigns.selectors.first_steps.steps_seen",)
AUDIT_NAMES = ("campaigns.selectors.audit_names.names_of",)
DEPARTURE_PREVIEW = (
    "campaigns.selectors.departure_preview.would_cancel",
    "integrations.selectors.departure_preview.would_give_back",
)
# Lines of the table of retention for models that lie above `accounts`.
RETENTION_ABOVE = ("campaigns.retention.RETENTION",)
# What else than a letter and a line on their page tells a person of something.
ON_NOTICE = ("integrations.actions.web_push.tell_devices",)
ERRAND_KINDS = (
    "accounts.letters",
    "accounts.actions.people_import",
    "accounts.actions.invitations",
    "accounts.actions.departures",
    "integrations.actions.departures",
    "campaigns.actions.item_import",
    "campaigns.actions.media_uploads",
    "campaigns.actions.renditions",
    "campaigns.publishing.removal",
    "campaigns.publishing.restored",
    "campaigns.publishing.seen_posts",
    "campaigns.weekly_mail",
    "campaigns.reply_letters",
    "integrations.actions.web_push",
)
# These may take an hour of a core: so many workers at most are at them at once, fewer than there are for `work`.
HEAVY_ERRANDS = ("open_video", "make_rendition")
HEAVY_ERRANDS_AT_ONCE = int(number("HEAVY_ERRANDS_AT_ONCE", 1))
# Of these kinds of errand, those that end in one letter: they go by their own queue, not behind an import.
MAIL_ERRANDS = ("letter", "invitation_letter", "departure_letter", "weekly_mail", "reply_draft")

# --- people ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners open links; only the button confirms
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that asked, and in no other
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(number("TRUSTED_PROXY_COUNT", 0))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

INVITATION_REMINDER_DAYS = 7
INVITATION_DAYS = 60
SIGN_IN_LINK_MINUTES = 30

# --- mail -----------------------------------------------------------------------------------
EMAIL_PORT = int(number("EMAIL_PORT", 587))
EMAIL_HOST_USER = optional("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = optional("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = switch("EMAIL_USE_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = optional("DEFAULT_FROM_EMAIL", "stories@localhost")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "accounts.mailbox.DatabaseBackend"
# Where answers to mails go: the domain whose MX record leads to `manage.py receive_mail`. Without it none are taken in.
REPLY_DOMAIN = optional("REPLY_DOMAIN").lower()
RECEIVE_MAIL_HOST = optional("RECEIVE_MAIL_HOST", "127.0.0.1")
RECEIVE_MAIL_PORT = int(number("RECEIVE_MAIL_PORT", 8025))
RECEIVED_MAIL_LIMIT_BYTES = 1_000_000
# Telling people on their devices; `manage.py make_push_keys` makes the key, and without it nobody is offered that.
PUSH_PRIVATE_KEY = optional("PUSH_PRIVATE_KEY")
PUSH_CONTACT = optional("PUSH_CONTACT", DEFAULT_FROM_EMAIL)  # whom a push service writes to about us
SHOWS_MAILBOX = not PRODUCTION and not EMAIL_HOST
SHOWS_DESIGN = DEBUG or ADVOCACY_ENV == "test"  # /design/, the page of all components

# --- languages and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("zh-hans", _("Chinese")),
    ("pl", _("Polish")),
    ("it", _("Italian")),
    ("ru", _("Russian")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(optional("STATIC_ROOT", str(BASE_DIR / "static-collected")))
MEDIA_ROOT = Path(optional("MEDIA_ROOT", str(BASE_DIR / "media")))
MEDIA_URL = "/media/"
_COLLECTED = PRODUCTION or switch("STATIC_COLLECTED", default=False)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
    # Pictures, videos and PDFs: the folder MEDIA_ROOT, or with S3_BUCKET a bucket of an S3-compatible server. Every
    # web process and worker must see the same one.
    "media": {"BACKEND": "campaigns.media_folder.MediaFolder"},
}
if S3_BUCKET := optional("S3_BUCKET"):
    from botocore.config import Config  # large, and of no use without a bucket

    STORAGES["media"] = {
        "BACKEND": "campaigns.media_bucket.MediaBucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": optional("S3_ENDPOINT_URL") or None,  # empty: Amazon's own
            "region_name": optional("S3_REGION") or None,
            "access_key": required("S3_ACCESS_KEY", "it opens the bucket that S3_BUCKET names"),
            "secret_key": required("S3_SECRET_KEY", "it opens the bucket that S3_BUCKET names"),
            "addressing_style": optional("S3_ADDRESSING", "path"),  # or "virtual"
            "default_acl": "private",
            "file_overwrite": True,
            "max_memory_size": 2_000_000,  # bytes; what is larger is read from a file beside
            "client_config": Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2}),
        },
    }
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_AUTOREFRESH = not _COLLECTED
BODY_LIMIT_BYTES = 2_000_000
UPLOAD_LIMIT_BYTES = 50_000_000
# Of a video, a GIF or a PDF, which never lies whole in the memory: networks take 15 MB (a GIF) to several hundred.
DIRECT_UPLOAD_BYTES = int(number("DIRECT_UPLOAD_BYTES", 250_000_000))
# By the clock, for making one video ready in the background, or a smaller one of it for a network.
MEDIA_PREPARING_SECONDS = int(number("MEDIA_PREPARING_SECONDS", 3_600))
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- the browser ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *listed("FORM_ACTION_HOSTS")],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if switch("BEHIND_PROXY", default=False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Lax: networks send people back by a top-level GET
CSRF_FAILURE_VIEW = "advocacy.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- the API --------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.PersonalKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.problem_answer",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Employee advocacy",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/o/{organization}",
    "ENUM_NAME_OVERRIDES": {  # the schema names a choice by its field, and each of these is called "state" or "kind"
        "ShareState": "campaigns.share_lifecycle.ShareState",
        "ItemState": "campaigns.models.content.ItemState",
        "ItemKind": "campaigns.models.content.ItemKind",
        "SuggestionState": "campaigns.models.inbox.SuggestionState",
        "ConnectionState": "integrations.models.connections.ConnectionState",
    },
}

# --- the networks ---------------------------------------------------------------------------
# Each network's file declares the real addresses; NETWORK_<KEY>_<NAME> replaces a value, and the
# sandbox (never in production) replaces every base address at once.
SANDBOX_URL = "" if PRODUCTION else optional("SANDBOX_URL", "http://127.0.0.1:8001")
NETWORK_KEYS = ("linkedin", "x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram", "practice")
NETWORK_SETTING_NAMES = (
    "CLIENT_ID",
    "CLIENT_SECRET",
    "API_URL",
    "AUTHORIZE_URL",
    "TOKEN_URL",
    "REVOKE_URL",
    "WEB_URL",
    "VERSION",
    "SCOPES",
    "DEFAULT_SERVER",
    "DIRECTORY_URL",
    "VIDEO_URL",
    "SETTLE_SECONDS",
    "TEXT_LIMIT",
    "COMMENT_LIMIT",
    "REVIEWED",  # 1: our app has what the network grants after a review alone (LinkedIn: comments and reactions)
    "PRICE",  # US dollars for a post without a link, where the network takes money
    "PRICE_WITH_LINK",
    "MONTHLY_CEILING",  # US dollars: the most that a calendar month's posts (UTC) may cost this installation
    "FIGURES",  # 1: ask what became of posts, where that costs money (X) or needs a product (LinkedIn)
)
NETWORKS = {
    key: {name.lower(): value for name in NETWORK_SETTING_NAMES if (value := optional(f"NETWORK_{key.upper()}_{name}"))}
    for key in NETWORK_KEYS
}
# Share windows for posts by hand, where a network moved its own: PLACE_<KEY>_DIALOG, `{server}` in it for the person's.
PLACE_KEYS = ("linkedin", "x", "facebook", "threads", "bluesky", "mastodon", "xing", "reddit", "whatsapp", "telegram")
PLACE_DIALOGS = {key: address for key in PLACE_KEYS if (address := optional(f"PLACE_{key.upper()}_DIALOG"))}
# 32 random bytes in base64 each, as in FIELD_KEYS: with them our app proves who it is, where a network wants that (the
# first signs for new connections, each other one for those made with it; all are published). Without one such a sign-in
# is not offered, but on this machine itself.
OAUTH_CLIENT_KEYS = listed("OAUTH_CLIENT_KEYS")
OUTBOUND_ALLOWED_HOSTS = [] if PRODUCTION else [SANDBOX_URL.split("://", 1)[-1], *listed("OUTBOUND_ALLOWED_HOSTS")]

# --- the engine (seconds where not said otherwise) --------------------------------------------
ENGINE = {
    "lease": number("ENGINE_LEASE", 60),
    "call_timeout": number("ENGINE_CALL_TIMEOUT", 20),
    "connect_timeout": number("ENGINE_CONNECT_TIMEOUT", 5),
    "batch": int(number("ENGINE_BATCH", 50)),
    "threads": int(number("ENGINE_THREADS", 64)),
    "linger": number("ENGINE_LINGER", 10),
    "poll": number("ENGINE_POLL", 5),  # a worker looks by itself this often, beat or no beat
    "look_every": number("ENGINE_LOOK_EVERY", 0.2),
    "settle": number("ENGINE_SETTLE", 0),  # 0: each network's own
    "undo": number("ENGINE_UNDO", 60),
    "claims_before_failing": int(number("ENGINE_CLAIMS", 3)),
}
# How fast: posts at once, and posts a second over time. The networks' own limits lie far above these (networks.md):
# they are what one installation, one company on a network and one account may send without looking like a machine.
BUCKETS = {
    "network": {
        "capacity": number("BUCKET_NETWORK_CAPACITY", 400),
        "per_second": number("BUCKET_NETWORK_PER_SECOND", 40),
    },
    "organization": {
        "capacity": number("BUCKET_ORGANIZATION_CAPACITY", 200),
        "per_second": number("BUCKET_ORGANIZATION_PER_SECOND", 10),
    },
    "connection": {
        "capacity": number("BUCKET_CONNECTION_CAPACITY", 10),
        "per_second": number("BUCKET_CONNECTION_PER_SECOND", 1 / 60),
    },
    # Not posts: questions about what became of one account's posts, on one network.
    "figures": {
        "capacity": number("BUCKET_FIGURES_CAPACITY", 50),
        "per_second": number("BUCKET_FIGURES_PER_SECOND", 5),
    },
}
# A number, one higher after each restored backup: such a database is frozen until the operator releases it.
RESTORE_EPOCH = optional("RESTORE_EPOCH", "1")
# What a collector of figures shows at /metrics (`Authorization: Bearer …`); without it there is no such page.
METRICS_TOKEN = optional("METRICS_TOKEN")

# --- celery ---------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
# Apart, so that none waits behind another: publish (threads), refresh, mail, figures, work (imports, sweeps and more).
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {
    "campaigns.tasks.publish*": {"queue": "publish"},
    "integrations.tasks.refresh*": {"queue": "refresh"},
    "accounts.tasks.send_mail": {"queue": "mail"},
    "campaigns.tasks.figures*": {"queue": "figures"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
# A broker that is away or silent costs a sender two seconds at most: kombu would go on trying inside of one attempt.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it takes; the engine works meanwhile

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "advocacy.logging.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": optional("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
