"""The public pages, the way out, light and dark."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from connect import policies
from members import help_lines
from members.models import Member

READABLE = [
    "home", "twp", "ici", "about", "pledge", "terms", "privacy", "disclaimer", "content_use",
    "help_now", "get_involved", "contact", "contact_sent",
]  # fmt: skip
POLICIES = ["pledge", "terms", "privacy", "disclaimer", "content_use"]
OUTING = re.compile(r"drug|withdraw|taper|psychiatr|mental|crisis|medic", re.IGNORECASE)


class Page(HTMLParser):
    """What the tests ask of a page: its links, anchors, headings, title and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.loads: list[str] = []
        self.title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1].strip()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.add(given["href"])
        if given.get("id"):
            self.ids.append(given["id"])
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(tag)
        if tag in {"img", "script", "iframe", "source"} and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("href"):
            self.loads.append(given["href"])


def read(client: Client, name: str) -> Page:
    return Page(client.get(reverse(f"pages:{name}")).content.decode())


# --- every page ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READABLE)
def test_a_visitor_can_read_the_page_without_the_database(client: Client, name: str) -> None:
    response = client.get(reverse(f"pages:{name}"))

    assert response.status_code == 200


@pytest.mark.parametrize("name", READABLE)
def test_the_page_has_one_first_heading_and_skips_no_level(client: Client, name: str) -> None:
    page = read(client, name)

    levels = [int(heading[1]) for heading in page.headings]
    assert levels.count(1) == 1
    in_main = levels[levels.index(1) :]
    assert all(after - before <= 1 for before, after in pairwise(in_main))


@pytest.mark.parametrize("name", READABLE)
def test_the_title_gives_nobody_away(client: Client, name: str) -> None:
    page = read(client, name)

    assert page.title.endswith("· Connect")
    assert not OUTING.search(page.title)


@pytest.mark.parametrize("name", READABLE)
def test_the_page_loads_nothing_from_elsewhere(client: Client, name: str) -> None:
    page = read(client, name)

    assert [address for address in page.loads if not address.startswith("/static/")] == []


@pytest.mark.parametrize("name", READABLE)
def test_no_id_stands_twice_on_the_page(client: Client, name: str) -> None:
    page = read(client, name)

    assert sorted(set(page.ids)) == sorted(page.ids)


@pytest.mark.django_db
@pytest.mark.parametrize("name", READABLE)
def test_every_link_of_the_page_leads_somewhere(client: Client, name: str) -> None:
    page = read(client, name)

    for link in page.links:
        path, _, anchor = link.partition("#")
        if not path:
            assert anchor in page.ids
        elif path.startswith("/"):
            answer = client.get(path)
            assert answer.status_code in {200, 302}, link
            assert not anchor or anchor in Page(answer.content.decode()).ids, link
        else:
            assert re.match(r"(https://|tel:\d+$|sms:\d+$)", link), link


@pytest.mark.parametrize("name", READABLE)
def test_a_link_to_elsewhere_does_not_tell_where_it_stood(client: Client, name: str) -> None:
    html = client.get(reverse(f"pages:{name}")).content.decode()

    outward = re.findall(r'<a [^>]*href="https://[^>]*>', html)
    assert [link for link in outward if 'rel="noreferrer"' not in link] == []


@pytest.mark.parametrize("name", [name for name in READABLE if name != "contact"])
def test_a_page_for_reading_takes_no_answers(client: Client, name: str) -> None:
    response = client.post(reverse(f"pages:{name}"))

    assert response.status_code == 405


@pytest.mark.django_db
def test_a_member_reads_the_same_page(ana: Member, signed_in: Callable) -> None:
    response = signed_in(ana).get(reverse("pages:twp"))

    assert response.status_code == 200


# --- what some of them say ---------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["twp", "ici"])
def test_a_community_offers_its_form_and_the_login(client: Client, slug: str) -> None:
    page = read(client, slug)

    assert f"/{slug}/join/" in page.links
    assert reverse("account_login") in page.links


def test_relatives_are_shown_the_way_to_ici(client: Client) -> None:
    html = client.get(reverse("pages:twp")).content.decode()

    aside = html[html.index('id="relatives"') : html.index('id="not-for"')]
    assert f'href="{reverse("pages:ici")}"' in aside


@pytest.mark.parametrize("name", ["pledge", "twp", "ici"])
def test_the_pledge_has_eight_points(client: Client, name: str) -> None:
    html = client.get(reverse(f"pages:{name}")).content.decode()

    pledge = re.search(r'<ol class="pledge">(.*?)</ol>', html, re.DOTALL)[1]
    assert pledge.count("<li>") == 8


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_says_its_version_and_date(client: Client, name: str) -> None:
    html = client.get(reverse(f"pages:{name}")).content.decode()

    expected = {"privacy": "Version 4, 29 November 2026"}.get(name, "Version 1, 22 November 2026")
    assert expected in html


def test_the_version_in_force_fits_beside_a_members_consent() -> None:
    field = Member._meta.get_field("policies_version")

    assert 0 < len(policies.CURRENT_VERSION) <= field.max_length


def test_the_operators_address_stands_in_the_policies_once_it_is_set(
    client: Client, settings: object
) -> None:
    settings.OPERATOR_ADDRESS = "Compass <House>\n1 Some Street"

    html = client.get(reverse("pages:privacy")).content.decode()

    assert "Compass &lt;House&gt;<br>1 Some Street" in html


@pytest.mark.django_db
def test_no_public_page_tells_who_is_a_member(
    client: Client, make_member: Callable, make_profile: Callable
) -> None:
    quiet = make_member("quiet-harbour")
    make_profile(quiet)

    pages = [client.get(reverse(f"pages:{name}")).content.decode() for name in READABLE]

    assert [page for page in pages if "quiet-harbour" in page] == []


# --- help lines ----------------------------------------------------------------------------------


def test_every_line_can_be_dialled_from_the_page(client: Client) -> None:
    page = read(client, "help_now")

    numbers = {n.href for place in help_lines.PLACES for line in place.lines for n in line.numbers}
    numbers |= {place.emergency.href for place in help_lines.PLACES}
    assert numbers <= page.links


def test_a_number_is_dialled_by_its_digits() -> None:
    assert help_lines.Number("0800 111 0 111").href == "tel:08001110111"
    assert help_lines.Number("85258", by_text=True).href == "sms:85258"


def test_countries_stand_in_the_order_of_their_names() -> None:
    names = [str(place.country) for place in help_lines.by_country()]

    assert names == sorted(names)
    assert len(set(names)) == len(names)


# --- the way out ---------------------------------------------------------------------------------


def test_the_way_out_leads_to_another_site(client: Client) -> None:
    response = client.get("/leave/")

    assert response.status_code == 302
    assert response["Location"] == settings.QUICK_EXIT_URL
    assert settings.QUICK_EXIT_URL.startswith("https://")


def test_the_way_out_follows_the_operators_choice(client: Client, settings: object) -> None:
    settings.QUICK_EXIT_URL = "https://weather.example/"

    response = client.get("/leave/")

    assert response["Location"] == "https://weather.example/"


def test_the_way_out_is_not_kept_and_not_told_to_the_other_site(client: Client) -> None:
    response = client.get("/leave/")

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
def test_the_way_out_logs_out(ana: Member, signed_in: Callable) -> None:
    browser = signed_in(ana)

    browser.get("/leave/")

    assert "_auth_user_id" not in browser.session


def test_the_way_out_takes_no_address_from_outside(client: Client) -> None:
    response = client.get(
        "/leave/", {"next": "https://evil.example/", "url": "https://evil.example/"}
    )

    assert response["Location"] == settings.QUICK_EXIT_URL


# --- light and dark ------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_chosen_theme_is_remembered(client: Client, chosen: str) -> None:
    response = client.post("/theme/", {"theme": chosen, "next": "/about/"})

    assert response["Location"] == "/about/"
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (chosen, "Lax", True)


def test_the_next_page_has_the_chosen_theme(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})

    response = client.get("/about/")

    assert 'data-theme="dark"' in response.content.decode()


def test_following_the_system_forgets_the_choice(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})

    response = client.post("/theme/", {"theme": "system"})

    assert response.cookies["theme"].value == ""
    assert response.cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize(
    "nonsense", ["", "DARK", "dark; Path=/", "dark\r\nX: y", "\x00", "🌙" * 500]
)
def test_a_theme_that_does_not_exist_changes_nothing(client: Client, nonsense: str) -> None:
    response = client.post("/theme/", {"theme": nonsense, "next": "/about/"})

    assert response.status_code == 302
    assert "theme" not in response.cookies


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://evil.example",
        "\x08//evil.example",
        "https://testserver@evil.example/",
        "https://[broken",
        "",
    ],
)
def test_choosing_a_theme_leads_to_no_other_site(client: Client, hostile: str) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": hostile})

    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    "odd", ["/about/\r\nX-Evil: 1", "/" + "a" * 100_000, "/\u2028", "/%0d%0aX: 1"]
)
def test_an_odd_page_to_return_to_breaks_nothing(client: Client, odd: str) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": odd})

    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert "X-Evil" not in response


def test_a_theme_is_not_chosen_by_a_link(client: Client) -> None:
    response = client.get("/theme/", {"theme": "dark"})

    assert response.status_code == 405
    assert "theme" not in response.cookies


def test_a_theme_is_not_chosen_by_another_site() -> None:
    careful = Client(enforce_csrf_checks=True)

    response = careful.post("/theme/", {"theme": "dark"})

    assert response.status_code == 403
