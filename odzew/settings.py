"""Settings, from the environment only; docs/settings.md names each of them."""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from odzew.lib.environment import BadSetting, flag, networks, number, text, words

PACKAGE = Path(__file__).resolve().parent
DATA = Path(text("ODZEW_DATA", "data")).absolute()

DEBUG = flag("ODZEW_DEBUG", False)
ALLOWED_HOSTS = words("ODZEW_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = words("ODZEW_ORIGINS", [])
SITE_URL = text("ODZEW_URL", "http://127.0.0.1:8000")


def _secret_key() -> str:
    try:
        return _given_or_kept_key()
    except OSError as error:
        raise BadSetting(
            f"The data folder {DATA} cannot be used: {error.strerror}. Name another with --data."
        ) from error


def _given_or_kept_key() -> str:
    (DATA / "static").mkdir(parents=True, exist_ok=True)
    given = text("ODZEW_SECRET_KEY", "")
    if given:
        return given
    path = DATA / "secret-key"
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # whoever is first wins; nobody overwrites a key in use
        draft.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "odzew",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "odzew.desk.policy.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "odzew.desk.account.seat.last_seen",
    "odzew.desk.language.person_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "odzew.desk.account.required.second_factor",
    "odzew.desk.unseen.news_before",
]

ROOT_URLCONF = "odzew.urls"
ASGI_APPLICATION = "odzew.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE, PACKAGE / "desk" / "account"],
        "OPTIONS": {
            "loaders": [
                (
                    "odzew.desk.folding.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "odzew.desk.context.shell",
            ],
            "libraries": {"desk": "odzew.desk.tags"},
        },
    },
]


def _sqlite() -> dict[str, Any]:
    # WAL with synchronous=FULL: nothing weaker survives a power cut (docs/adr/0007).
    wanted = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536")
    pragmas = "; ".join(f"PRAGMA {pragma}" for pragma in wanted)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "odzew.sqlite3",
        # Closing the last connection folds the whole WAL into the file: 11 ms of each commit.
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
        "TEST": {"NAME": DATA / "test.sqlite3"},
    }


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise BadSetting(
            "DATABASE_URL: the port is no number; a password with / : @ in it is written with %2F %3A %40."
        ) from None


# The pool waits twice as long after each failed try, up to minutes: it gives up soon, and whoever asks
# next makes it try at once (psycopg_pool, "Connection pools": reconnect_timeout).
_POOL = {"min_size": 1, "max_size": number("ODZEW_POOL", 20), "timeout": 5, "reconnect_timeout": 3}
# A server that is gone without a word must not hold a thread for the two hours TCP allows
# (libpq, "Parameter Key Words"): seconds, the last in milliseconds.
_NOTICE_DEATH = {
    "connect_timeout": 4,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadSetting("DATABASE_URL must begin with postgresql://; without it the books are in SQLite.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": _port(parts) or query.pop("port", ""),
        "CONN_MAX_AGE": 0,
        # What a server left behind when it was restarted is not given to anybody.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": _POOL, **_NOTICE_DEATH, **query},
    }


DATABASE_URL = text("DATABASE_URL", "")
DATABASES = {"default": _postgresql(DATABASE_URL) if DATABASE_URL else _sqlite()}
CACHES = {
    "default": {
        "BACKEND": "odzew.desk.account.limits.Limits",
        "LOCATION": "" if DATABASE_URL else str(DATA / "limits.sqlite3"),
    }
}
# Who has which conversation open (odzew/desk/here).
HERE = "" if DATABASE_URL else str(DATA / "here.sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 2**20

AUTH_USER_MODEL = "odzew.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "odzew.desk.account.adapter.ClosedDoor"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# Of whom a second factor is asked: nobody, administrators, everybody.
SECOND_FACTOR = text("ODZEW_SECOND_FACTOR", "nobody")
if SECOND_FACTOR not in ("nobody", "administrators", "everybody"):
    raise BadSetting("ODZEW_SECOND_FACTOR must be nobody, administrators or everybody.")
MFA_ADAPTER = "odzew.desk.account.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Odzew"
MFA_FORMS = {
    "authenticate": "odzew.desk.account.codes.Code",
    "add_webauthn": "odzew.desk.account.codes.NewKey",
    "authenticate_webauthn": "odzew.desk.account.codes.Key",
    "login_webauthn": "odzew.desk.account.codes.Passkey",
}
# Single sign-on by OpenID Connect, when a provider is named.
SSO_URL = text("ODZEW_SSO_URL", "")
if SSO_URL and not SSO_URL.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
    raise BadSetting("ODZEW_SSO_URL must begin with https://: what the provider says is believed.")
SSO_NAME = text("ODZEW_SSO_NAME", "")
SOCIALACCOUNT_ADAPTER = "odzew.desk.account.sso.SingleSignOn"
SOCIALACCOUNT_LOGIN_ON_GET = True  # to sign in; linking asks a form (odzew/desk/account/linking.py)
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # before it is linked
_SSO = {
    "provider_id": "sso",
    "name": "sso",
    "client_id": text("ODZEW_SSO_CLIENT", ""),
    "secret": text("ODZEW_SSO_SECRET", ""),
    "settings": {"server_url": SSO_URL, "fetch_userinfo": False},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_SSO] if SSO_URL else []}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # the outbox alone sends mail

LANGUAGE_CODE = text("ODZEW_LANGUAGE", "en")
LANGUAGES = [("pl", "polski"), ("uk", "українська"), ("ru", "русский"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [PACKAGE / "desk" / "static", PACKAGE / "portal" / "static"]
WHITENOISE_USE_FINDERS = DEBUG  # else from STATIC_ROOT, where odzew.desk.assets lays them out compressed
WHITENOISE_MAX_AGE = 0 if DEBUG else 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "odzew.desk.assets.Stamped"},
}

HTTPS = SITE_URL.startswith("https://")
SESSION_ENGINE = "odzew.desk.account.store"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would make a form say Origin: null, and CSRF refuse it
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("ODZEW_BEHIND_PROXY", False) else None
# Whose X-Forwarded-For says where a request came from.
PROXIES = networks("ODZEW_PROXIES", ["127.0.0.1", "::1"])
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": text("ODZEW_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "mail.log": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it tells of every page a probe opens
        "pymorphy3": {"level": "WARNING"},  # it tells of every dictionary it opens
    },
}

# Hosts of the own network that addresses for tokens and the like may name.
PRIVATE_HOSTS = words("ODZEW_PRIVATE_HOSTS", [])

# Where messengers are called; a Bot API server of one's own may stand for the first.
TELEGRAM_API = text("ODZEW_TELEGRAM_API", "https://api.telegram.org")

WHATSAPP_API = text("ODZEW_WHATSAPP_API", "https://graph.facebook.com/v24.0")

# Bytes of one file of a messenger; Telegram gives no larger ones.
MEDIA_SIZE_LIMIT = number("ODZEW_MEDIA_SIZE_LIMIT", 20 * 2**20)

# The SMTP door.
SMTP_HOST = text("ODZEW_SMTP_HOST", "127.0.0.1")
SMTP_NAME = text("ODZEW_SMTP_NAME", "odzew.localhost")
SMTP_SIZE_LIMIT = number("ODZEW_SMTP_SIZE_LIMIT", 35 * 2**20)
SMTP_MEMORY = number("ODZEW_SMTP_MEMORY", 256 * 2**20)
SMTP_CONNECTIONS_PER_PEER = number("ODZEW_SMTP_CONNECTIONS_PER_PEER", 50)
SMTP_MAILS_PER_MINUTE = number("ODZEW_SMTP_MAILS_PER_MINUTE", 0)
SMTP_CERTIFICATE = text("ODZEW_SMTP_CERTIFICATE", "")
SMTP_KEY = text("ODZEW_SMTP_KEY", "")
SMTP_ANY_RECIPIENT = flag("ODZEW_SMTP_ANY_RECIPIENT", False)
# Where a worker finds that door to try it; `odzew serve` knows.
SMTP_PROBE = text("ODZEW_SMTP_PROBE", "127.0.0.1:2525")
if not SMTP_PROBE.rpartition(":")[2].isdecimal():
    raise BadSetting("ODZEW_SMTP_PROBE must name a host and a port, such as 127.0.0.1:2525.")

# Reading mail.
PARSE_SECONDS = number("ODZEW_PARSE_SECONDS", 20)
PARSE_MEGABYTES = number("ODZEW_PARSE_MEGABYTES", 256)

# Acknowledgements: automatic mails to one address (SAFETY P15, P16).
RECEIPTS_PER_HOUR = number("ODZEW_RECEIPTS_PER_HOUR", 3)
RECEIPTS_PER_DAY = number("ODZEW_RECEIPTS_PER_DAY", 3)
SILENCE_DAYS = number("ODZEW_SILENCE_DAYS", 7)

# Days for which the staff log is kept; 0 keeps it for ever.
STAFF_LOG_DAYS = number("ODZEW_STAFF_LOG_DAYS", 730)
if 0 < STAFF_LOG_DAYS < 30:
    raise BadSetting("ODZEW_STAFF_LOG_DAYS must be 30 or more, or 0 to keep the staff log for ever.")

# The first start of an empty desk.
ADMIN_PASSWORD = text("ODZEW_ADMIN_PASSWORD", "")
SMTP_OUT = text("ODZEW_SMTP_OUT", "")
