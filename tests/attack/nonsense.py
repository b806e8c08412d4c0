"""What nobody types and somebody will send. Everything comes from one seed, so a failure repeats."""

import random
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

BOUNDARY = "one-part-and-another"

VALUES: Sequence[str] = (
    "", " ", "\0", "a\0b", "\ud800", "a\udfffb", "\r\n", "x\r\nBcc: all@example.org", "\u2028", "\u2029",
    "\x0b", "\x1b[31m", "\ufeff", "\u202eabc", "\u200b\u200c\u200d", "e" + "\u0301" * 200, "🐝" * 300,
    "İ" * 130, "ß" * 100, "ﷺ" * 60, "K", "a" * 100_000, "é" * 20_000, "0", "-1", "00", "1e309", "NaN", "inf",
    "-Infinity", "9" * 5000, "9" * 19, str(2**31), str(2**63), str(-(2**63)), "1_000", "٣", "½", "0x10", "1,5",
    "10^9", "true", "null", "None", "undefined", "[]", "{}", '["a"]', "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>", "' or 1=1 --", "'; drop table members_profile; --", "%", "%%", "%s",
    "%(x)s", "{0}", "{x}", "{{ 7|add:7 }}", "{% load x %}", "$(id)", "../../../../etc/passwd",
    "http://[", "//example.com", "https://example.com/", "javascript:alert(1)", "\\\\example.com", "/",
    "a@b", "a@b.c", "@", "bo@example.org", "a" * 250 + "@example.org", "1970-01-01", "9999-12-31", "0000-00-00",
    "2026-02-30", "10000-01-01", "town-1", "town-999999999999", "862a30647ffffff", "town", "on", "off",
    "delete", "approve", "decline", "twp", "ici", "\N{FULLWIDTH COLON}", ".", "..", "...", "-", "_",
)  # fmt: skip

NAMES = (
    "page", "place", "within", "unit", "area", "drug", "drug_when", "interest", "stage", "show", "next",
    "q", "o", "p", "e", "all", "state", "community", "reason", "about", "typed", "country", "as", "theme",
    "_changelist_filters", "verdict__exact", "is_staff__exact", "answered", "offered", "email", "", "a[]", "a[0][b]",
    "__proto__", "_popup", "_to_field", "action", "_selected_action", "select_across", "index", "csrfmiddlewaretoken",
)  # fmt: skip

BROKEN_BYTES = (
    b"%", b"%zz", b"%ff%fe", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"=", b"&&&&", b"a=%00", b";", b"a;b=c",
    b"a" * 3000, b"=&" * 700, b"{\"a\": [1, 2]}", b"[1]", b"<?xml version='1.0'?><a/>", b"\0" * 100,
)  # fmt: skip

PATHS = (
    "/%00", "/%ff%fe/", "/..%2f..%2fetc/passwd", "//example.com/", "//", "/%2e%2e/", "/twp%00/members/",
    "/twp/members/%00/", "/twp/members/a%00b/write/", "/twp/members/%ed%a0%80/", "/twp/members/%0d%0aX/",
    "/twp/members/" + "a" * 2000 + "/", "/twp/members/.../", "/twp/members/%E2%80%A8/block/", "/TWP/members/",
    "/twp/members/ana%20/", "/twp/members/аna/", "/twp/members/%f0%9f%90%9d/write/", "/twp//members/",
    "/application/" + "0" * 36 + "/", "/application/x/", "/account/safety/" + "9" * 5000 + "/unblock/",
    "/account/safety/" + "9" * 30 + "/unblock/", "/letters/" + "a" * 3000 + "/block/", "/letters/a:b:c/block/",
    "/letters/%00/block/", "/letters/%E2%80%A8/block/", "/accounts/confirm-email/a:b:c/",
    "/accounts/confirm-email/MQ:1:x/", "/accounts/password/reset/key/0-set-password/",
    "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-0/", "/accounts/password/reset/key/1-%00/",
    "/accounts/password/reset/key/" + "f" * 32 + "-a-b-c/", "/accounts/2fa/webauthn/keys/" + "9" * 40 + "/edit/",
    "/map/x/%00", "/map/x/../../settings.py", "/static/%00", "/static/../connect/settings.py",
    "/static/%2e%2e/connect/settings.py", "/admin/%00/", "/admin/members/member/%00/change/",
    "/admin/members/member/x/change/", "/admin/members/choice/" + "9" * 40 + "/change/",
    "/admin/members/choice/_00/change/", "/admin/moderation/application/" + "9" * 40 + "/change/",
    "/admin/moderation/application/" + "9" * 5000 + "/next/", "/admin/r/1/1/", "/mail/%00/", "/mail/a/html/",
    "/" + "a/" * 2000, "/?" + "a=1&" * 1400, "/twp/members/?" + "interest=x&" * 2000, "/healthz/", "/robots.txt",
    "/.git/config", "/.env", "/favicon.ico", "/index.php", "/wp-login.php", "/accounts/signup/?next=//x",
    "/accounts/login/?next=%00", "/accounts/login/?next=http://[", "/twp/members", "/account",
)  # fmt: skip

HEADERS: Sequence[Mapping[str, str]] = (
    {"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "a b"}, {"HTTP_HOST": ""}, {"HTTP_HOST": "[::1"},
    {"HTTP_HOST": "testserver:99999999"}, {"HTTP_HOST": "testserver\0"}, {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 100_000}, {"HTTP_ACCEPT_LANGUAGE": "\xff\xfe;q=NaN,*;q=1e309"},
    {"HTTP_ACCEPT_LANGUAGE": "en-" + "a-" * 5000}, {"HTTP_COOKIE": "session=" + "a" * 50_000},
    {"HTTP_COOKIE": 'session="aaaaaaaaaaaa\\000b"'}, {"HTTP_COOKIE": 'session="\\377\\376aaaaaaaaaaaa"'},
    {"HTTP_COOKIE": ";;;=;a;=b;session"}, {"HTTP_COOKIE": 'theme="\\000"; form="\\000"'},
    {"HTTP_COOKIE": "theme=<script>; messages=x; django_language=\xff"}, {"HTTP_COOKIE": "a=1; " * 5000},
    {"HTTP_REFERER": "http://["}, {"HTTP_REFERER": "\xff"}, {"HTTP_USER_AGENT": "\xff" * 10_000},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://["}, {"HTTP_HX_CURRENT_URL": "\xff"},
    {"HTTP_X_FORWARDED_FOR": "not, an, address"}, {"HTTP_X_FORWARDED_FOR": "\xff" * 1000},
    {"HTTP_IF_MODIFIED_SINCE": "x" * 1000}, {"HTTP_RANGE": "bytes=9999999999-"}, {"HTTP_ACCEPT": "\xff"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_ACCEPT": "application/json"}, {"HTTP_ORIGIN": "null"}, {"HTTP_X_FORWARDED_PROTO": "https,http"},
)  # fmt: skip


@dataclass(frozen=True)
class Body:
    content: bytes
    content_type: str


class Nonsense:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def value(self) -> str:
        if self.dice.random() < 0.1:
            letters = string.printable + "äßÿ\u0300\u2028\ud800\U0001f41d\0"
            return "".join(self.dice.choices(letters, k=self.dice.randrange(1, 60)))
        return self.dice.choice(VALUES)

    def fields(self, form: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
        """A form as it was shown, with some of it taken out, doubled or replaced."""
        for name, values in form.items():
            luck = self.dice.random()
            if luck < 0.05:
                continue
            for value in values or [""]:
                yield name, self.value() if luck < 0.45 else value
            if luck > 0.9:
                yield name, self.value()
        for _ in range(self.dice.randrange(3)):
            yield self.dice.choice(NAMES), self.value()

    def query(self, names: Sequence[str] = NAMES) -> str:
        """A query string, now and then no proper one."""
        if self.dice.random() < 0.1:
            return quoted(self.dice.choice(BROKEN_BYTES).decode("latin-1"))
        pairs = [(self.dice.choice(names), self.value()) for _ in range(self.dice.randrange(1, 6))]
        return urlencoded(pairs).decode()

    def body(self, form: Mapping[str, list[str]]) -> Body:
        luck = self.dice.random()
        fields = list(self.fields(form))
        if luck < 0.05:
            return Body(self.dice.choice(BROKEN_BYTES), "application/x-www-form-urlencoded")
        if luck < 0.1:
            return Body(urlencoded(fields), self.dice.choice(["application/json", "text/plain", "", "x", "multipart/form-data"]))  # fmt: skip
        if luck < 0.2:
            return Body(multipart(fields), f"multipart/form-data; boundary={BOUNDARY}")
        return Body(urlencoded(fields), "application/x-www-form-urlencoded")


def quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def urlencoded(pairs: Sequence[tuple[str, str]]) -> bytes:
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs).encode()


def multipart(pairs: Sequence[tuple[str, str]]) -> bytes:
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (BOUNDARY.encode(), quoted(name).encode(), value.encode("utf-8", "surrogatepass"))
        for name, value in pairs
    ]
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()
