"""What is asked: addresses of pages, by what they are called in the tables."""

SEARCH = "/twp/members/"
PLACES = {
    "dense city": "place=New York City&within=160&unit=km",
    "small town": "within=160&unit=km",  # Ana's own, Northampton in Massachusetts
    "empty land": "place=Tamanrasset&within=160&unit=km",
    "world": "within=any",
}
THREE = "stage=reducing&stage=holding&interest=share_tips&schedule=daily_micro"
FILTERS = {"no filter": "", "one filter": "stage=reducing", "three filters": THREE}

# Where nobody or few are found, page 10 is the last there is.
FIXED = {
    f"{place}, {filters}, page {page}": f"{SEARCH}?{where}&{what}&page={page}"
    for place, where in PLACES.items()
    for filters, what in FILTERS.items()
    for page in (1, 10)
}

NEW_YORK, LONDON = PLACES["dense city"], "place=London, United Kingdom&within=160&unit=km"
GERMANY = "place=Germany&language=de"
RARE = "drug=tianeptine"
MORE = {
    name: f"{SEARCH}?{query}"
    for name, query in {
        "New York, a rare drug": f"{NEW_YORK}&{RARE}",
        "London, a rare drug": f"{LONDON}&{RARE}",
        "New York, three rare answers": f"{NEW_YORK}&schedule=alternate_days&help=alone&interest=young_people",
        "London, three rare answers": f"{LONDON}&schedule=alternate_days&help=alone&interest=young_people",
        "London 40 km, no filter": "place=London, United Kingdom&within=40&unit=km",
        "London 400 km, one filter": "place=London, United Kingdom&within=400&unit=km&stage=reducing",
        "Germany, German": GERMANY,
        "Germany, German, a common answer": f"{GERMANY}&interest=one_to_one_writing",
        "Germany, German, two common answers": f"{GERMANY}&interest=one_to_one_writing&stage=thinking",
        "Germany, German, a rare drug": f"{GERMANY}&{RARE}",
        "the United States, a rare drug": f"place=United States&{RARE}",
        "the United States, three filters": f"place=United States&{THREE}",
        "Japan, one filter": "place=Japan&stage=reducing",
        "Bavaria, newest": "place=Bavaria, Germany&sort=newest",
        "world, newest": "within=any&sort=newest",
        "world, newest, three filters": f"within=any&sort=newest&{THREE}",
        "world, a rare drug": f"within=any&{RARE}",
        "New York, most in common": f"{NEW_YORK}&sort=common",
        "New York, newest, one filter": f"{NEW_YORK}&sort=newest&stage=reducing",
        "what the map shows, New England": "box=41,-74,45,-69",
        "what the map shows, one filter": "box=41,-74,45,-69&stage=reducing",
        "New York, no filter, page 20": f"{NEW_YORK}&page=20",
        "New York, three filters, page 20": f"{NEW_YORK}&{THREE}&page=20",
        "world, no filter, page 20": "within=any&page=20",
    }.items()
}
# Page 20 and the page 1 it is compared with.
TWENTIETH = {
    "New York, no filter, page 20": "dense city, no filter, page 1",
    "New York, three filters, page 20": "dense city, three filters, page 1",
    "world, no filter, page 20": "world, no filter, page 1",
}

PAGES = {
    "home": "/",
    "editing my profile": "/account/twp/edit/",
    "my account": "/account/",
    "a profile": "/twp/members/bo-and-the-bees/",
    "my messages": "/account/messages/",
}
# Of the staff. Three of a hundred invented members wait for a decision: thirty at 1,000 members,
# thirty thousand at a million.
QUEUE = "/admin/moderation/application/"
STAFF_PAGES = {
    "the queue of the reviewers": QUEUE,
    "the applications nobody is on": f"{QUEUE}?reviewer=nobody",
    "those of one community": f"{QUEUE}?community=ici",
}
TYPED = (
    "no",
    "nor",
    "north",
    "northam",
    "köln",
    "koln",
    "san fr",
    "springf",
    "lon",
    "germ",
    "bava",
)
