"""The search row of a profile: there while the profile is listed, and always as the profile is.

Every verb that changes what can be searched calls `refresh` in its own transaction. What a number
in `facets` means stands in `members.facets`; here the same numbers are made in SQL, because a million
rows are written by one statement.
"""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from psycopg import ClientCursor
from psycopg.sql import SQL, Composed, Literal

from members import facets
from members.models import Listing, Member, Profile, Question, Shown
from members.models.profile import ProfileQuerySet
from members.vocabulary import PAST

BATCH = 2_000  # profiles compared or written at a time

# `listed` comes from Profile.objects.listed(), so that there is one truth about who is listed.
# The offset 0 keeps the facets a column: drawn into the outer question, they would be planned and
# gathered three times, for themselves, the local ones and the signature.
FRESH = """
select id, community, cell_id, latitude, longitude, country, facets, array(
    select {local} * around + facet - {lowest}
    from unnest(facets) facet, unnest(array[large, {areas} + wide]) around
    where facet between {local_from} and {local_to} order by 1
) as local, (
    select coalesce(bit_or(1::bigint << mod((facet - {choice}) / 2, {bits})), 0)
    from unnest(facets) facet where facet >= {choice} and facet < {drug}
) as signature
from (
select p.id, p.community, p.cell_id, c.latitude, c.longitude, coalesce(c.country_id, '') as country,
    array(
        select {choice} + 2 * a.choice_id + (a.shown = {matching})::int
        from members_answer a where a.profile_id = p.id and a.shown <> {unused}
        union
        select {drug} + 6 * d.drug_id + 2 * {when} + (d.shown = {matching})::int
        from members_drugexperience d where d.profile_id = p.id and d.shown <> {unused}
        union
        select {drug_class} + 3 * (array_position({classes}, (
            select g.drug_class::text from members_drug g where g.id = d.drug_id)) - 1) + {when}
        from members_drugexperience d where d.profile_id = p.id and d.shown = {shown}
        union
        select {about_me} where p.about_me <> ''
        union
        select {no_room} where exists (
            select from members_answer a
            where a.profile_id = p.id and a.question = {new_contacts} and a.shown = {shown}
                and a.choice_id = any(array(
                    select c.id from members_choice c where c.slug = 'none_now')))
        union
        select {seen} + 12 * (extract(year from m.seen_on)::int - {seen_from})
            + extract(month from m.seen_on)::int - 1
        where extract(year from m.seen_on) >= {seen_from}
        union
        select {country} + 26 * (ascii(c.country_id) - 65) + ascii(substr(c.country_id, 2)) - 65
        where c.country_id is not null
        union
        select {region} + mod(c.region_id, {regions}) where c.region_id is not null
        union
        select {area} + large
        order by 1
    )::smallint[] as facets,
    large, (c.id >> 42 & {wides} - 1)::int as wide
from members_profile p
join members_member m on m.id = p.member_id
join places_cell c on c.id = p.cell_id
cross join lateral (
    select mod(((c.id >> 45 & 127) * 7 + (c.id >> 42 & 7)) * 49
        + (c.id >> 39 & 7) * 7 + (c.id >> 36 & 7), {areas})::int as large
) above
where p.id in ({listed})
offset 0
) listed
"""
# Looked up once a statement: joined, the whole list would be read for every profile.
WHEN = """
case when d.now_id is null then 0
    when d.now_id = any(array(select c.id from members_choice c where c.slug = any({past}))) then 2
    else 1 end
"""
COLUMNS = (
    "community",
    "cell_id",
    "latitude",
    "longitude",
    "country",
    "facets",
    "local",
    "signature",
)
COLUMN_LISTS = {
    name: SQL(", ").join(SQL(before + column) for column in COLUMNS)
    for name, before in {
        "columns": "", "excluded": "excluded.", "current": "members_listing.", "freshly": "fresh.",
    }.items()
}  # fmt: skip
WRITE = """
insert into members_listing (profile_id, {columns}) {fresh}
on conflict (profile_id) do update set ({columns}) = row({excluded})
where ({current}) is distinct from ({excluded})
"""
DIFFERENT = """
select coalesce(fresh.id, members_listing.profile_id)
from ({fresh}) fresh (id, {columns})
full join (select * from members_listing where profile_id = any(%s)) members_listing
    on members_listing.profile_id = fresh.id
where ({freshly}) is distinct from ({current})
"""


@transaction.atomic
def refresh(*profiles: Profile | int) -> None:
    """Write the rows of these profiles (or their ids) anew, or take them away.

    Call it in the transaction that changed them, as its last step. It locks the profiles: whoever
    changes one at the same time waits, and reads what the first one wrote.
    """
    ids = sorted({getattr(profile, "pk", profile) for profile in profiles})
    if not ids:
        return
    chosen = Profile.objects.filter(pk__in=ids)
    list(chosen.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    listed = chosen.listed().order_by()
    _execute(WRITE, listed)
    Listing.objects.filter(profile__in=ids).exclude(profile__in=listed.values("pk")).delete()


def write_new(profiles: ProfileQuerySet) -> None:
    """Write the rows of many profiles at once, whom nobody else knows of yet: nothing is locked."""
    _execute(WRITE, profiles.listed().order_by())


def refresh_all_of(member: Member) -> None:
    """After a change of the member: suspended, let in again."""
    refresh(*member.profiles.values_list("pk", flat=True))


def refresh_all() -> int:
    """Write every row that is missing or wrong, while everybody goes on; how many that were."""
    ids = list(Profile.objects.order_by("pk").values_list("pk", flat=True))
    return sum(_mend(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


def wake_the_rested() -> int:
    """List those again whose rest is over; how many that were."""
    rested = Profile.objects.listed().filter(
        ~Exists(Listing.objects.filter(profile=OuterRef("pk"))),
        paused_until__lte=timezone.localdate(),
    )
    ids = list(rested.values_list("pk", flat=True))
    refresh(*ids)
    return len(ids)


def differing(ids: list[int]) -> list[int]:
    """Give those of the profiles whose row is not what it should be."""
    listed = Profile.objects.filter(pk__in=ids).listed().order_by()
    return [row[0] for row in _execute(DIFFERENT, listed, ids)]


def _mend(ids: list[int]) -> int:
    wrong = differing(ids)
    if wrong:
        refresh(*wrong)
    return len(wrong)


def _execute(statement: str, listed: ProfileQuerySet, *more: object) -> list[tuple]:
    """Run a statement over those listed among some profiles, and give what it gives."""
    among, parameters = listed.values("pk").query.sql_with_params()
    words = SQL(statement).format(fresh=_fresh(SQL(among)), **COLUMN_LISTS)
    with connection.cursor() as cursor:
        # With the values among its words no plan is kept: one made for few would be used for many.
        whole = ClientCursor(connection.connection).mogrify(words, (*parameters, *more))
        cursor.execute(whole)
        return cursor.fetchall() if cursor.description else []


def _fresh(listed: SQL) -> Composed:
    when = SQL(WHEN).format(past=Literal(sorted(PAST)))
    values = {
        "choice": facets.CHOICE, "drug": facets.DRUG, "drug_class": facets.DRUG_CLASS,
        "about_me": facets.ABOUT_ME, "no_room": facets.NO_ROOM, "seen": facets.SEEN,
        "seen_from": facets.SEEN_FROM, "country": facets.COUNTRY, "region": facets.REGION,
        "wides": facets.WIDES,
        "regions": facets.REGIONS, "area": facets.AREA, "areas": facets.AREAS,
        "local": facets.LOCAL, "lowest": facets.LOWEST, "local_from": facets.LOCAL_FROM,
        "local_to": facets.LOCAL_TO, "bits": facets.SIGNATURE,
        "matching": Shown.MATCHING.value, "unused": Shown.UNUSED.value, "shown": Shown.SHOWN.value,
        "new_contacts": Question.NEW_CONTACTS.value, "classes": [one.value for one in facets.CLASSES],
    }  # fmt: skip
    literals = {name: Literal(value) for name, value in values.items()}
    return SQL(FRESH).format(listed=listed, when=when, **literals)
