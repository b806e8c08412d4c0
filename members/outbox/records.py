"""The records by which others tell our mail from a forgery, as a resolver gives them.

SPF: RFC 7208. DKIM: RFC 6376. DMARC: RFC 7489.
"""

import base64
import binascii
from collections.abc import Iterator
from email.utils import parseaddr
from ipaddress import ip_address

from django.conf import settings
from dns.exception import DNSException
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from members.outbox.findings import Finding, well, wrong

LIFETIME = 5  # seconds for one question
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class NobodyAnswers(Exception):
    """There is no resolver, or none that answered."""


def resolver(address: str = "") -> Resolver:
    """The machine's own, or the one at `address` ("192.0.2.1", "127.0.0.1:5353").

    Raises NobodyAnswers where the machine has none, ValueError for an address that is none.
    """
    if not address:
        try:
            found = Resolver()
        except (DNSException, OSError) as error:
            raise NobodyAnswers from error
    else:
        host, _colon, port = address.partition(":")
        found = Resolver(configure=False)
        found.nameservers, found.port = [str(ip_address(host))], int(port or 53)
        if not 0 < found.port < 65536:
            raise ValueError("no port")
    found.lifetime = found.timeout = LIFETIME
    return found


def check(asked: Resolver, selectors: list[str]) -> Iterator[Finding]:
    """A finding for each record of MAIL_DOMAIN and of the sender's domain.

    Raises NobodyAnswers.
    """
    envelope, seen = settings.MAIL_DOMAIN, domain_of_sender()
    yield _mail_exchanger(asked, envelope)
    for domain in dict.fromkeys([envelope, seen]):
        yield _spf(asked, domain)
    if not selectors:
        yield wrong(
            "DKIM: nobody says which key signs. Set CONNECT_DKIM_SELECTOR, or give --selector: it "
            "stands in the s= of the DKIM-Signature, or with your mail provider."
        )
    for selector in selectors:
        yield _dkim(asked, selector, list(dict.fromkeys([seen, envelope])))
    yield _dmarc(asked, seen)


def domain_of_sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _answers(asked: Resolver, name: str, kind: RdataType) -> list:
    """Nothing where the name or such a record of it is not there."""
    try:
        return list(asked.resolve(name, kind, search=False))
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError, UnicodeError) as error:
        raise NobodyAnswers from error


def _texts(asked: Resolver, name: str) -> list[str]:
    records = _answers(asked, name, RdataType.TXT)
    return [b"".join(record.strings).decode(errors="replace") for record in records]


def _tags(text: str) -> dict[str, str]:
    """Of "v=DMARC1; p=none": names in lower case."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _equals, value in pairs}


def _mail_exchanger(asked: Resolver, domain: str) -> Finding:
    found = [record.exchange.to_text() for record in _answers(asked, domain, RdataType.MX)]
    if found and found != ["."]:
        return well(f"MX of {domain}: letters that do not arrive come back.")
    return wrong(
        f"MX of {domain} is missing: letters that do not arrive come back to nobody. Enter an MX record "
        "with the name of the mail server that takes them."
    )


# --- SPF: which servers may send ----------------------------------------------------------------------


def _spf(asked: Resolver, domain: str) -> Finding:
    found = [text for text in _texts(asked, domain) if text.lower().split()[:1] == ["v=spf1"]]
    name = f"SPF of {domain}"
    if not found:
        return wrong(f"{name} is missing. Enter a TXT record at {domain}: {_spf_to_enter()}")
    if len(found) > 1:
        return wrong(
            f"{name} is there {len(found)} times, and then none counts. Leave one of them."
        )
    terms = found[0].lower().split()[1:]
    of_others = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
    if of_others in {"all", "+all"}:
        return wrong(f"{name} lets everybody send: put -all in place of its {of_others}.")
    if of_others == "?all":
        return wrong(f"{name} leaves open who may not: put -all in place of its ?all.")
    if not of_others and not any(term.startswith("redirect=") for term in terms):
        return wrong(f"{name} does not say who may not: write -all at its end.")
    return well(f"{name} says who may send.")


def _spf_to_enter() -> str:
    if settings.EMAIL_BACKEND != SMTP:
        return "v=spf1 include:… -all, with the name your mail provider gives."
    try:
        host = ip_address(settings.EMAIL_HOST)
    except ValueError:
        if "." in settings.EMAIL_HOST:
            return f"v=spf1 a:{settings.EMAIL_HOST} -all"
    else:
        if host.is_global:
            return f"v=spf1 ip{host.version}:{host} -all"
    return "v=spf1 a:… -all, with the name by which others see your mail server."


# --- DKIM: the key of our signature -------------------------------------------------------------------


def _dkim(asked: Resolver, selector: str, domains: list[str]) -> Finding:
    """At any of these domains: which of them signs, the provider decides."""
    missing = ""
    for domain in domains:
        name = f"{selector}._domainkey.{domain}"
        found = [_tags(text) for text in _texts(asked, name)]
        keys = [tags["p"] for tags in found if "p" in tags]
        if keys and _is_key(keys[0]):
            return well(f"DKIM at {name}: the key of our signature is there.")
        if keys:
            return wrong(f"DKIM at {name} holds no key, or one cut off: enter it anew, whole.")
        missing = missing or name
    return wrong(
        f"DKIM at {missing} is missing. Enter there, as TXT (or CNAME, as your provider says), the "
        "public key: v=DKIM1; k=rsa; p=…"
    )


def _is_key(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except binascii.Error:
        return False


# --- DMARC: what becomes of forgeries ------------------------------------------------------------------


def _dmarc(asked: Resolver, domain: str) -> Finding:
    """Of the domain people see, or of the nearest above it that has one."""
    for above in _upwards(domain):
        name = f"_dmarc.{above}"
        found = [_tags(text) for text in _texts(asked, name) if _is_dmarc(text)]
        if len(found) > 1:
            return wrong(f"DMARC at {name} is there {len(found)} times, and then none counts.")
        if found:
            return _policy(name, found[0].get("p", ""))
    return wrong(
        f"DMARC of {domain} is missing. Enter a TXT record at _dmarc.{domain}: v=DMARC1; p=none; "
        "and once all other records are well, p=quarantine."
    )


def _policy(name: str, policy: str) -> Finding:
    if policy.lower() in {"quarantine", "reject"}:
        return well(f"DMARC at {name} keeps forgeries out of mailboxes.")
    if policy.lower() == "none":
        return well(
            f"DMARC at {name} is there and only watches (p=none). Once the rest is well, say p=quarantine."
        )
    return wrong(f"DMARC at {name} says no policy: write p=none, p=quarantine or p=reject.")


def _is_dmarc(text: str) -> bool:
    return _tags(text).get("v", "") == "DMARC1"


def _upwards(domain: str) -> Iterator[str]:
    """a.b.example.org, b.example.org, example.org."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])
