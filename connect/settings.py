"""Every setting of Connect. All of them have defaults that just run on a developer's machine;
a deployment sets them through the environment (README.md has the list)."""

import importlib.util
import os
import secrets
from contextlib import suppress
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from connect import database, environment, policies
from connect.environment import Environment, alarm_route, mail_settings

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent


def _generated_secret(path: Path) -> str:
    """A key of this checkout's own, made once: a development site is never open with a known one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    new.touch(mode=0o600)
    new.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):  # made before, or in this moment by another process
        os.link(new, path)
    new.unlink()
    return path.read_text()


# --- where we are -----------------------------------------------------------------------------

PRODUCTION = env.read("bool", "CONNECT_PRODUCTION", False)
DEBUG = env.read("bool", "CONNECT_DEBUG", False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "CONNECT_DEBUG shows members' data in error pages: not with CONNECT_PRODUCTION."
    )
if PRODUCTION:
    env.insist_on(
        "CONNECT_SECRET_KEY", "CONNECT_SITE_URL", "CONNECT_HOSTS", "CONNECT_MAIL_URL",
        "CONNECT_MAIL_FROM", "CONNECT_MAIL_DOMAIN", "CONNECT_STAFF_MAIL",
    )  # fmt: skip

DATA = BASE_DIR / env.read("path", "CONNECT_DATA", ".data")  # an absolute CONNECT_DATA wins
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.read("list", "CONNECT_HOSTS", LOOPBACK, validate=environment.not_empty)
SITE_URL = env.read("str", "CONNECT_SITE_URL", "", validate=environment.site_address).rstrip("/")
SECRET_KEY = env.read("str", "CONNECT_SECRET_KEY", "")
if PRODUCTION:
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "CONNECT_SECRET_KEY must be 50 random characters or more in production."
        )
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured(
            "CONNECT_SITE_URL must be the site's https:// address in production."
        )
else:
    SECRET_KEY = SECRET_KEY or _generated_secret(DATA / "secret_key")
    PORT = env.read("int", "PORT", 8000)
    if not 0 < PORT < 65536:
        raise ImproperlyConfigured(f"PORT in the environment makes no sense: {PORT} is not a port.")
    SITE_URL = SITE_URL or f"http://127.0.0.1:{PORT}"

# How many proxies of our own stand before the site. Rate limits by network depend on it: too low
# puts everybody into one bucket, too high believes a forged header.
PROXIES = env.read(
    "int", "CONNECT_PROXIES", 1 if PRODUCTION else 0, validate=environment.not_negative
)

# What one member may do in 24 hours, so that no patient script copies the directory
# (members/looking.py): different people looked at, searches, changes of one's own name or answers.
PROFILES_A_DAY = env.read("int", "CONNECT_PROFILES_A_DAY", 200, validate=environment.at_least_one)
SEARCHES_A_DAY = env.read("int", "CONNECT_SEARCHES_A_DAY", 600, validate=environment.at_least_one)
CHANGES_A_DAY = env.read("int", "CONNECT_CHANGES_A_DAY", 20, validate=environment.at_least_one)

# How many new people one member may write to in 24 hours (members/relay/sending.py), and how many in
# their first 30 days in a community.
NEW_PEOPLE_A_DAY = env.read(
    "int", "CONNECT_NEW_PEOPLE_A_DAY", 10, validate=environment.at_least_one
)
NEW_PEOPLE_A_DAY_AT_FIRST = env.read(
    "int", "CONNECT_NEW_PEOPLE_A_DAY_AT_FIRST", min(3, NEW_PEOPLE_A_DAY),
    validate=environment.at_least_one,
)  # fmt: skip
if NEW_PEOPLE_A_DAY_AT_FIRST > NEW_PEOPLE_A_DAY:
    raise ImproperlyConfigured(
        "CONNECT_NEW_PEOPLE_A_DAY_AT_FIRST in the environment makes no sense: it is more than "
        f"CONNECT_NEW_PEOPLE_A_DAY, which is {NEW_PEOPLE_A_DAY}."
    )

OPERATOR_ADDRESS = env.read("str", "CONNECT_OPERATOR_ADDRESS", "")
QUICK_EXIT_URL = env.read(
    "str", "CONNECT_QUICK_EXIT_URL", "https://www.weather.gov/", validate=environment.web_address
)

# --- the parts --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "connect",
    "moderation.apps.ModerationConfig",
    "search",
    "members.relay.apps.RelayConfig",
    "members",
    "members.outbox.apps.OutboxConfig",
    "members.places.apps.PlacesConfig",
    "moderation.staff_pages.StaffPages",  # django.contrib.admin, on our own terms
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "csp",
    "django_filters",
    "django_htmx",
    # django-leaflet gives us its Leaflet files below STATICFILES_DIRS; as an app it imports GDAL.
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost: static files and refused requests have it too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "connect.middleware.readable_requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "connect.middleware.policies_first",
    "connect.middleware.warning_first",
    "connect.middleware.address_first",
    "connect.middleware.private_pages",
]

ROOT_URLCONF = "connect.urls"
WSGI_APPLICATION = "connect.wsgi.application"
FORM_RENDERER = "connect.forms_renderer.Renderer"

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
                "connect.context.site",
            ],
        },
    },
]

# --- the database, and what lies in it ---------------------------------------------------------

DATABASE_URL = env.read("str", "DATABASE_URL", "")
EMBEDDED_DATABASE = not DATABASE_URL
if EMBEDDED_DATABASE:
    DATABASES = {"default": database.settings(DATA / "postgres")}
else:
    DATABASES = {"default": env.read("dj_db_url", "DATABASE_URL")}
    _engine, _name = DATABASES["default"].get("ENGINE"), DATABASES["default"].get("NAME")
    if _engine != "django.db.backends.postgresql" or not _name:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL server: postgresql://user:password@host/name."
        )
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}  # seconds
# A hostile question must not hold a connection for ever.
# What DATABASE_URL says beside it (sslmode!) stays, and its own options come last, so that they win.
_options = DATABASES["default"].setdefault("OPTIONS", {})
# A page's question is over before helpers would have started (and the order of a union is its own),
# or a plan been compiled; and in a search each cell comes once: what was read of it need not be kept.
_limits = "-c statement_timeout=30000 -c lock_timeout=10000"
_limits += " -c max_parallel_workers_per_gather=0 -c jit=off -c enable_memoize=off"
_options["options"] = f"{_limits} {_options.get('options', '')}".strip()
# Values go to the server beside their statement. One that comes a fourth time is kept there, read and
# planned, as long as the connection lives: a third of a page's time in the database went into that.
_options |= {"server_side_binding": True, "prepare_threshold": 3}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # The counts behind the rate limits lie here. Beyond this a third of all is thrown away, and
        # the usual 300 entries are soon filled by somebody who wants to be forgotten.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Counts of questions about places (members/places/limit.py): each process has its own.
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
SESSION_ENGINE = "members.sessions"
SESSION_COOKIE_AGE = (
    14 * 24 * 60 * 60
)  # seconds; "this is a shared computer" makes it end with the browser
# Nothing in a browser's list of cookies names the framework or the site.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "form"

# --- signing in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["members.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account:overview"
LOGOUT_REDIRECT_URL = "pages:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email",)}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
PASSWORD_RESET_TIMEOUT = 14 * 24 * 60 * 60  # seconds: the link of an approval letter lasts 14 days

ACCOUNT_ADAPTER = "members.sign_in.Adapter"
ACCOUNT_FORMS = {
    "login": "members.sign_in.LoginForm",
    "reset_password_from_key": "members.sign_in.ResetPasswordKeyForm",
    "change_password": "members.sign_in.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # an address is confirmed while applying, and again by CHANGE_EMAIL
)
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "members.password_links.PasswordLinks"  # noqa: S105
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None  # the box on the login form decides
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
# How much one network (ip) or one address (key) may send; the rest is as allauth sets it.
ACCOUNT_RATE_LIMITS = {
    "contact": "5/h/ip",
    "joining": "20/h/ip",
    "joining_address": "6/d/key",
}
POLICIES_VERSION = policies.CURRENT_VERSION  # kept with the consent of whoever joins
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Connect"
MFA_ADAPTER = "members.second_factor.Adapter"
MFA_FORMS = {
    "authenticate": "members.second_factor.AuthenticateForm",
    "reauthenticate": "members.second_factor.ReauthenticateForm",
    "activate_totp": "members.second_factor.ActivateForm",
    "add_webauthn": "members.second_factor.AddKeyForm",
    "edit_webauthn": "members.second_factor.EditKeyForm",
}
# Whether the staff's pages ask for a second factor (moderation/second_factor.py).
STAFF_SECOND_FACTOR = env.read("bool", "CONNECT_STAFF_SECOND_FACTOR", PRODUCTION)
if PRODUCTION and not STAFF_SECOND_FACTOR:
    raise ImproperlyConfigured(
        "CONNECT_STAFF_SECOND_FACTOR: without it one guessed password opens every application and "
        "every address: not no with CONNECT_PRODUCTION."
    )
USERSESSIONS_TRACK_ACTIVITY = False  # when and from where somebody was online is nobody's business

# --- mail ------------------------------------------------------------------------------------------

MAIL_URL = env.read("str", "CONNECT_MAIL_URL", "inbox:")
if PRODUCTION and MAIL_URL == "inbox:":
    raise ImproperlyConfigured(
        "CONNECT_MAIL_URL: the inbox shows every mail to everybody: not with CONNECT_PRODUCTION."
    )
MAIL_PROVIDER, ANYMAIL = "", {}  # with a provider, its webhooks are open below /returns/
globals().update(mail_settings(MAIL_URL))
WEBHOOK_SECRETS = env.read(
    "list", "CONNECT_MAIL_WEBHOOK_SECRET", [], validate=environment.webhook_secrets
)
if WEBHOOK_SECRETS and not MAIL_PROVIDER:
    raise ImproperlyConfigured(
        "CONNECT_MAIL_WEBHOOK_SECRET: only a mail provider tells of returned mail by webhooks, and "
        "CONNECT_MAIL_URL names none."
    )
if PRODUCTION and MAIL_PROVIDER and not WEBHOOK_SECRETS:
    raise ImproperlyConfigured(
        "CONNECT_MAIL_WEBHOOK_SECRET must be set in production with a mail provider: without it "
        "nobody hears of mail that comes back; README.md says how."
    )
if WEBHOOK_SECRETS:
    ANYMAIL = ANYMAIL | {"WEBHOOK_SECRET": WEBHOOK_SECRETS}
INBOX = DATA / "inbox"  # where mail lies in development, shown under /mail/
SHOW_INBOX = MAIL_URL == "inbox:"
if SHOW_INBOX and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    raise ImproperlyConfigured(
        "CONNECT_MAIL_URL is inbox:, which shows every mail to everybody at /mail/, and CONNECT_HOSTS "
        "names more than this machine. Set CONNECT_MAIL_URL to a mail server."
    )
EMAIL_TIMEOUT = 25  # seconds
DEFAULT_FROM_EMAIL = env.read(
    "str", "CONNECT_MAIL_FROM", "Connect <post@connect.example>", validate=environment.sender
)
# Envelope sender and Message-ID carry this domain; bounces come back to it.
MAIL_DOMAIN = env.read("str", "CONNECT_MAIL_DOMAIN", "connect.example", validate=environment.domain)
STAFF_MAIL = env.read(
    "list", "CONNECT_STAFF_MAIL", ["staff@connect.example"], validate=environment.mail_addresses
)
# Which key signs our mail: `manage.py mailcheck` looks for it at SELECTOR._domainkey.
DKIM_SELECTOR = env.read("str", "CONNECT_DKIM_SELECTOR", "", validate=environment.selector)
# When mail is stuck, somebody hears of it another way (members/outbox/alarm.py).
ALARM_ROUTE = alarm_route(env.read("str", "CONNECT_ALARM_MAIL_URL", ""), MAIL_URL)
ALARM_MAIL_TO = env.read(
    "list", "CONNECT_ALARM_MAIL_TO", STAFF_MAIL, validate=environment.mail_addresses
)
ALARM_MAIL_FROM = env.read(
    "str", "CONNECT_ALARM_MAIL_FROM", DEFAULT_FROM_EMAIL, validate=environment.sender
)
env.insist_on_together("CONNECT_ALARM_MAIL_URL", "CONNECT_ALARM_MAIL_TO", "CONNECT_ALARM_MAIL_FROM")

# --- words -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"

# --- files ------------------------------------------------------------------------------------------

STATIC_URL = "static/"
LEAFLET = Path(importlib.util.find_spec("leaflet").origin).parent
STATICFILES_DIRS = [BASE_DIR / "static", ("leaflet", LEAFLET / "static" / "leaflet")]
STATIC_ROOT = DATA / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
if PRODUCTION:  # hashed names, compressed; needs collectstatic
    STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {"staticfiles": {"BACKEND": STATIC_STORAGE}}
WHITENOISE_USE_FINDERS = not PRODUCTION  # straight from static/, nothing to collect
WHITENOISE_AUTOREFRESH = DEBUG

# --- maps -----------------------------------------------------------------------------------------------

# Empty: our own map. A tile server learns the address of whoever looks, and where they look.
TILES = env.read("str", "CONNECT_TILES", "", validate=environment.tiles_address)
TILES_CREDIT = env.read("str", "CONNECT_TILES_CREDIT", "")
if TILES and not TILES_CREDIT:
    raise ImproperlyConfigured(
        "CONNECT_TILES_CREDIT must say whose the tiles of CONNECT_TILES are, as their licence asks: "
        "© OpenStreetMap contributors."
    )
if PRODUCTION and TILES.startswith("http:"):
    raise ImproperlyConfigured("CONNECT_TILES must begin with https:// in production.")

# --- walls --------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [
            SELF,
            "data:",  # for drawings inside style sheets and the code of a second factor
            *([environment.origin(TILES)] if TILES else []),
        ],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # bytes; no form of ours is larger
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-form"

# --- logs: ids and codes, never what people typed -------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER = "connect.errors.Report"
DEFAULT_EXCEPTION_REPORTER_FILTER = "connect.errors.NothingTyped"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "connect.errors.Terse",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"no_query": {"()": "connect.errors.WithoutQuery"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_query"]}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # With DEBUG these would log every statement with its values.
        "django.db.backends": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

env.refuse_unknown()
