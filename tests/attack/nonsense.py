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

# What a search is asked by, with values that nearly fit: the rest of VALUES comes beside them.
SEARCHED_BY: Mapping[str, Sequence[str]] = {
    "place": (
        "Northampton", "Northampton, Massachusetts", "town-4945121", "town-1", "town-999999999999", "town--1",
        "town-٣", "town-1e3", "country-US", "country-XX", "country-us", "country-", "country-US'--", "region-1",
        "region-99999999999", "region--5", "region-" + "9" * 300, "Bavaria, Germany", ",,,,", "a," * 50, "%", "_", "01060",
        "Springfield, " * 7, "n" * 101, "x" * 20_000, "\u202eNorthampton", "Bavaria,", "town-4945121 ", "Germany, Germany",
    ),
    "within": (
        "10", "500", "any", "0", "-1", "1e9", "1000000000", "1e308", "1e309", "NaN", "nan", "inf", "-inf", "0x10", "9.999999",
        "500.000001", "10.", ".5", "１０", "٥٠", "1_0", "10,5", "10,5,5", "ANY", "any ", "None", "9" * 20_000, "1" + "0" * 400,
    ),
    "unit": ("km", "mi", "KM", "miles", "", "km\0", "parsec"),
    "sort": ("nearest", "newest", "common", "", "Nearest", "-newest", "random", "id; drop table", "common,newest", "ſort"),
    "box": (
        "42,-73,43,-72", "43,-72,42,-73", "-90,-180,90,180", "89.9,170,90,-170", "-90,179.999999,-89,-179.999999", "0,0,0,0",
        "42,-73,43", "42,-73,43,-72,1", ",".join("1" * 5000), "NaN,NaN,NaN,NaN", "nan,0,nan,1", "inf,-inf,inf,-inf", "1e1,2,3,4",
        "1e308,1e308,1e308,1e308", "-91,0,91,0", "0,-181,1,181", "0,360,1,361", "٤٢,-73,43,-72", "42;-73;43;-72", " 42 , -73 , 43 , -72 ",
        "42.1234567,-73,43,-72", "--1,0,1,1", "-0,-0,0.000001,0", "42,-73,43,-72\0", "a,b,c,d", ",,,", "0,180,1,-180", "-90,-180,-89,180",
    ),
    "area": (
        "862a3072fffffff", "852a3073fffffff", "842a307ffffffff", "832a30fffffffff", "822a37fffffffff", "872a30728ffffff",
        "8f2a30728c4a8c1", "862A3072FFFFFFF", "0" * 15, "f" * 15, "ffffffffffffffff", "-1", "0x862a3072fffffff", "8001fffffffffff",
        "866b00007ffffff", "86fffffffffffff", "862a3072ffffff", "٨62a3072fffffff", "862a3072fffffff,862a3072fffffff",
    ),
    "drug": ("sertraline", "Zoloft", "antidepressant", "SERTRALINE", "sertraline,sertraline", "sertraline%00", "K", "ﬁ"),
    "drug_when": ("any", "now", "past", "NOW", "tomorrow", "", "now,past"),
    "stage": ("reducing", "holding", "rather_not", "REDUCING", "reducing,holding", "reducing\0"),
    "years_total": ("10_20y", "gt_30y", "not_sure", "-1"), "schedule": ("daily_micro", "not_sure"),
    "small_doses": ("scale", "other"), "help": ("one_peer", "alone"), "how_it_is_now": ("very_hard", "rather_not"),
    "come_as": ("has_been_patient", "nobody"), "interest": ("friendship", "share_tips", "friendship\ud800"),
    "language": ("en", "de", "EN", "xx", "e" * 999), "room": ("any", "none", "", "0"), "seen": ("year", "month", "1970", ""),
    "about": ("yes", "no", "\0"), "page": ("1", "2", "21", "-1", "0", "1" + "0" * 30, "1.5", "٢", "１", "1e1", "last", "+1", " 1 "),
}  # fmt: skip
ENDPOINTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "/places/suggest": {
        "typed": (*SEARCHED_BY["place"], "San ", "s", "sa", "St. ", "köln", "北京", "north" * 30, "of the of the of", "a b c d e f g h"),
        "country": ("US", "us", "USA", "ＵＳ", "ß", "U\0", "%%", "ŉ", "x" * 20_000),
        "kinds": ("towns", "all", ""), "near": SEARCHED_BY["area"], "lat": ("42.33", "NaN"), "lng": ("1e308", "-72.64"),
    },
    "/places/area": {
        "lat": ("42.33", "42,33", "NaN", "inf", "-inf", "1e308", "1e309", "-0", "90", "90.0000001", "-90", "٤٢", "1_0", "4" * 20_000, ""),
        "lng": ("-72.64", "180", "-180", "180.1", "1e400", "nan", "0x10", "infinity", "١", "", " 1 "),
        "width": ("town", "wider", "region", "TOWN", "country", "", "town\0"),
        "town": SEARCHED_BY["place"] + ("4945121", "٣٣", "9" * 18, "9" * 19, "-1", "1e3"), "cell": SEARCHED_BY["area"],
    },
}  # fmt: skip

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


LONGEST = 20_000  # characters of one parameter; gunicorn refuses lines beyond 4,094 bytes anyway


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

    def asked(self, by: Mapping[str, Sequence[str]]) -> str:
        """A query string that is nearly right: some parameters twice, or twenty or many more times."""
        pairs: list[tuple[str, str]] = []
        for name in self.dice.sample([*by], k=self.dice.randrange(1, min(len(by), 6) + 1)):
            times = self.dice.choices([1, 2, 20, 900], [85, 12, 2.5, 0.5])[0]
            values = [self.near_value(by[name]) for _ in range(times)]
            pairs += [(name, value) for value in values if len(value) <= LONGEST // times]
        if self.dice.random() < 0.1:
            pairs.append((self.dice.choice(NAMES), self.value()))
        self.dice.shuffle(pairs)
        return urlencoded(pairs).decode()

    def near_value(self, fitting: Sequence[str]) -> str:
        return self.dice.choice(fitting) if self.dice.random() < 0.8 else self.value()

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
