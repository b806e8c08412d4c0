"""The SQL of a search, put together out of few parts. It alone asks `members_listing` for people.

What differs from question to question goes beside the words (`Value`, parted by `bound`), so that
PostgreSQL reads and plans the words once and knows them at the next question of the same shape. What
a plan hangs on stays among them (`Literal`): limits, and the community, by which the GIN indexes are
parted. The traps are marked where they lie. The plans at one million are in docs/benchmarks.md;
tests/search/test_plans.py keeps them.
"""

from collections.abc import Iterable, Sequence

from psycopg.sql import SQL, Composable, Composed, Literal, Placeholder

from members.places.distance import EARTH_RADIUS_KM, Bounds

# Whom the viewer never finds: themselves, and those they blocked or who blocked them, in this
# community. Asked once, however many parts the statement has.
UNSEEN = """
with unseen as materialized (select array(
    select p.id from members_profile p where p.community = {community} and p.member_id = any(array(
        select {member}
        union all
        select blocked_id from members_block
        where blocker_id = {member} and community = {community}
        union all
        select blocker_id from members_block
        where blocked_id = {member} and community = {community}
    ))
) as ids)
"""

# Great-circle distance of two centres by the haversine formula. Rounding may lift the chord of two
# opposite points a hair above 1, where asin has no value.
KM = """
{diameter} * asin(least(1.0, sqrt(
    sin(radians({of}.latitude - {latitude}) / 2) ^ 2
    + cos(radians({latitude})) * cos(radians({of}.latitude))
    * sin(radians({of}.longitude - {longitude}) / 2) ^ 2)))
"""

# Cells outward, in each its people. The order by and the offset 0 inside are what makes it stream
# and stop: sorted outside, it reads every cell of the circle before it gives the first row. (For the
# newest of a circle that is what is wanted: `order` then says so, outside.)
WALK = """
(select l.profile_id, c.id as cell, c.km
from (
    select id, km from (
        select c.id, {km} as km from places_cell c where {cells} offset 0
    ) c where {ring} order by km, id offset 0
) c
cross join lateral (
    select l.profile_id from members_listing l
    where l.community = {community} and l.cell_id = c.id and {conditions}
    order by l.profile_id desc offset 0
) l
order by {order} limit {most})
"""

# Few fit, so all who do are found by their answers (GIN) before distances are looked at.
RARE = """
(select l.profile_id, l.cell, l.km
from (
    select l.profile_id, l.cell_id as cell, {km} as km from members_listing l
    where l.community = {community} and {conditions} offset 0
) l
where {ring} order by {order} limit {most})
"""

# The newest first. The inner limit keeps the planner from other ideas, and bounds the walk where
# only old members fit: BEYOND finds those by their answers, and is not begun when enough are found.
NEWEST = """
(select l.profile_id, l.cell_id as cell, null::float8 as km
from (
    select l.profile_id, l.cell_id, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
where {conditions} order by l.profile_id desc limit {most})
"""
NEWEST_WITHIN = """
(select l.profile_id, l.cell_id as cell, c.km
from (
    select l.profile_id, l.cell_id, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
cross join lateral (
    select {km} as km from places_cell c where c.id = l.cell_id and {cells} offset 0
) c
where {conditions} and {ring} order by l.profile_id desc limit {most})
"""
BEYOND = """
l.profile_id < (
    select l.profile_id from members_listing l where l.community = {community} and {part}
    order by l.profile_id desc offset {last} limit 1)
"""
OF_REGION = """
exists (select from places_cell c where c.id = l.cell_id and c.region_id = {region})
"""

# The cells by a list of their keys: joined outright, the planner reads all there are.
HITS = """
, z as materialized (select * from {parts} parts limit {most}),
c as materialized (
    select c.id, c.latitude, c.longitude, c.wording, c.place from places_cell c
    where c.id = any(array(select distinct z.cell from z)::bigint[])
)
select z.profile_id, coalesce(z.km, {km}), c.id, c.latitude, c.longitude, c.wording, c.place{facets}
from z join c on c.id = z.cell
order by {order}
"""
FACETS = ", (select f.facets from members_listing f where f.profile_id = z.profile_id)"
# How many in circles round one point, each within the next: one search of the widest.
COUNT = "(select array[{circles}] from (select * from {parts} parts limit {most}) z)"

# Unknown to the planner in every way: where it can look at a value it makes a plan for that value
# alone, anew each time, and none was better than the one for all.
VALUE = "(select {})"

FEW_KEYS = 4  # of a group: looked for one by one, which is faster than comparing two lists
TRUE = SQL("true")


class Value(Literal):
    """A value of one question, which another question of the same shape has differently."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


def bound(statement: Composable) -> tuple[Composable, dict[str, object]]:
    """Part a statement into its words and its values; the same value is sent once."""
    names: dict[str, str] = {}
    values: dict[str, object] = {}

    def words(part: Composable) -> Composable:
        if isinstance(part, Composed):
            return Composed([words(one) for one in part])
        if not isinstance(part, Value):
            return part
        name = names.setdefault(repr(part), f"v{len(names)}")
        values[name] = part.value
        return SQL(VALUE).format(Placeholder(name))

    return words(statement), values


def unseen(member: object, community: str) -> Composed:
    return SQL(UNSEEN).format(member=Value(member), community=Literal(community))


def km(latitude: float, longitude: float, of: str) -> Composed:
    """The distance to a row that has a latitude and a longitude; `of` is its name in the SQL."""
    return SQL(KM).format(
        diameter=Literal(2 * EARTH_RADIUS_KM),
        latitude=_float(latitude),
        longitude=_float(longitude),
        of=SQL(of),
    )


def within(bounds: Bounds, of: str) -> Composed:
    """Rows in a box of degrees.

    The + 0 keeps the longitude out of the index's own conditions: PostgreSQL 18 expects that to cost
    a search of the index for each latitude, and would plan every question anew.
    """
    sides = SQL(" or ").join(
        SQL("{}.longitude + 0 between {} and {}").format(SQL(of), _float(west), _float(east))
        for west, east in bounds.spans
    )
    return SQL("{}.latitude between {} and {} and ({})").format(
        SQL(of), _float(bounds.south), _float(bounds.north), sides
    )


def ring(inner: float | None, outer: float | None, of: str) -> Composable:
    """Rows between two distances in km; None has no such side."""
    sides = []
    if inner is not None:
        sides.append(SQL("{}.km > {}").format(SQL(of), _float(inner)))
    if outer is not None:
        sides.append(SQL("{}.km <= {}").format(SQL(of), _float(outer)))
    return all_of(sides)


def indexed(groups: Iterable[Iterable[int]]) -> Composable:
    """One facet of each group, in the words the GIN index knows."""
    return all_of([SQL("l.facets && {}::smallint[]").format(_keys(group)) for group in groups])


def local(groups: Iterable[Iterable[int]]) -> Composable:
    """One number of each group of facets joined with large cells (`facets.local`)."""
    return all_of([SQL("l.local && {}::int[]").format(_keys(group)) for group in groups])


def read(groups: Iterable[Iterable[int]]) -> Composable:
    """One facet of each group, in the words that are fastest where a row is at hand."""
    return all_of([_read(sorted(group)) for group in groups])


def met(avoided: Iterable[int]) -> Composable:
    """None of the facets avoided, and nobody the viewer does not meet."""
    without = [SQL("{}::smallint <> all (l.facets)").format(Value(one)) for one in avoided]
    return all_of([*without, SQL("l.profile_id <> all ((select ids from unseen)::bigint[])")])


def _read(group: list[int]) -> Composable:
    if len(group) > FEW_KEYS or not group:
        return SQL("l.facets && {}::smallint[]").format(_keys(group))
    one_by_one = [SQL("{}::smallint = any (l.facets)").format(Value(key)) for key in group]
    return SQL("({})").format(SQL(" or ").join(one_by_one))


def _keys(group: Iterable[int]) -> Value:
    return Value(sorted(group))


def all_of(parts: Sequence[Composable]) -> Composable:
    return SQL(" and ").join(parts) if parts else TRUE


def in_order(first: Sequence[Composable], then: Sequence[Composable]) -> Composable:
    """All of them; what spares the most rows is looked at first. Left to itself, PostgreSQL goes by
    what a condition costs, not by what it spares."""
    if not first:
        return all_of(then)
    return SQL("case when {} then {} else false end").format(all_of(first), all_of(then))


def equal(column: str, value: object) -> Composed:
    return SQL("{} = {}").format(SQL(column), Value(value))


def counts(radii: Iterable[float | None]) -> Composable:
    """How many lie within so many km each; None is any distance."""
    return SQL(", ").join(
        SQL("count(*) filter (where {})").format(ring(None, km, of="z")) for km in radii
    )


def one_after_another(parts: Sequence[Composable]) -> Composable:
    """The rows of each in turn: a later one is not begun when the earlier ones give enough."""
    return SQL("(select * from ({}) parts)").format(SQL(" union all ").join(parts))


def _float(value: float) -> Composed:
    return SQL("{}::float8").format(Value(float(value)))
