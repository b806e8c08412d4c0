"""The SQL of a search, in parts that `search.words` and `search.ways` put together. It alone asks
`members_listing` for people.

What differs from question to question goes beside the words (`Words.value`, `Words.array`), so that
PostgreSQL reads and plans the words once and knows them at the next question of the same shape. What a
plan hangs on stays among them: limits, and the community, by which the GIN indexes are parted. The traps are
marked where they lie. The plans at one million are in docs/benchmarks.md; tests/search/test_plans.py
keeps them.

Words are plain text: put together out of psycopg's objects, a statement of some hundred parts took a
millisecond before it was sent.
"""

# Whom the viewer never finds: themselves, and those they blocked or who blocked them, in this
# community. Asked once, however many parts the statement has.
UNSEEN = """
with unseen as (select array(
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

# How far two centres are from each other, as a versine (`members.places.distance`): the haversine formula
# without a root, a power or an arc sine for each row, true to a millionth of a metre from a km on. The km
# are worked out for those found.
VERSINE = """
1 - cosd({of}.latitude - {latitude})
    + {cos_latitude} * cosd({of}.latitude) * (1 - cosd({of}.longitude - {longitude}))
"""

# Cells outward, in each its people. The order by and the offset 0 inside are what makes it stream
# and stop: sorted outside, it reads every cell of the circle before it gives the first row. (For the
# newest of a circle that is what is wanted: `order` then says so, outside.) Of several rings one is
# gone through after the other, and none begun that is not needed. That the first 501 are the nearest is
# the plan's order: only nested loops can join what refers to what stands before it.
WALK = """
(select {columns}
from {rings} (
    select * from (
        select {of_cell}, {versine} as versine from places_cell c where {cells} offset 0
    ) c where {ring} order by versine, id offset 0
) c
cross join lateral (
    select l.profile_id from members_listing l
    where l.community = {community} and l.cell_id = c.id and {conditions}
    order by l.profile_id desc offset 0
) l
{order} limit {most})
"""
IN_PARTS = {"columns": "l.profile_id, c.id as cell, c.versine", "of_cell": "c.id"}
# Where few are expected, all that is told of a hit at once, a row for each: a smaller plan than HITS,
# which counts where there is little else to do.
AT_ONCE = {
    "columns": "l.profile_id, c.versine, c.id, c.latitude, c.longitude, c.wording, c.place",
    "of_cell": "c.id, c.latitude, c.longitude, c.wording, c.place",
}
# All rings are one value: beyond 4,096 characters or 50 values psycopg reads a statement anew each
# time it is asked.
RINGS = """
json_to_recordset({rings}::json) ring(
    latitude float8, longitude float8, inner_edge float8, outer_edge float8, box box, box_too box
) cross join lateral
"""
RING_VERSINE = VERSINE.format(
    # Not cosd, which differs in the last bit from what `Words.versine` gives beside: areas of two widths
    # may have one centre, but for that bit, and would come in another order.
    latitude="ring.latitude", longitude="ring.longitude", of="c",
    cos_latitude="cos(radians(ring.latitude))",
)  # fmt: skip
IN_RING = "c.versine > ring.inner_edge and c.versine <= ring.outer_edge"

# Few fit, so all who do are found by their answers (GIN) before distances are looked at. Round a place
# they are looked up in one large cell after the other: GIN goes through all keys of a list for each
# row it compares, and those of seventeen large cells in one list took three times as long.
# What is asked beside the answers stands above the offset 0: below it the planner takes what it spares
# for a reason to read the whole table, or to go another way, and that takes seconds.
RARE = """
(select l.profile_id, l.cell_id as cell, l.versine
from (
    select l.profile_id, l.cell_id, l.country, l.latitude, l.longitude, {versine} as versine
    from {large} members_listing l where l.community = {community} and {answers} offset 0
) l
where {beside} {order} limit {most})
"""

LARGE = "unnest({lists}) large({names}),"

# The newest first. The inner limit keeps the planner from other ideas, and bounds the walk where
# only old members fit: BEYOND finds those by their answers, and is not begun when enough are found.
NEWEST = """
(select l.profile_id, l.cell_id as cell, null::float8 as versine
from (
    select l.profile_id, l.cell_id, l.signature, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
where {conditions} order by l.profile_id desc limit {most})
"""
NEWEST_WITHIN = """
(select l.profile_id, l.cell_id as cell, c.versine
from (
    select l.profile_id, l.cell_id, l.signature, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
cross join lateral (
    select {versine} as versine from places_cell c where c.id = l.cell_id and {cells} offset 0
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

# Not in these wide cells (`facets.wide`), by the digits of the cell's index.
NOT_IN_WIDE = "{wide} + (l.cell_id >> 42 & {wides} - 1) <> all ({cells}::int[])"

PARTS = "(select * from ({each}) parts)"

# One row for each cell, since in a city many live in one. Each cell is looked up by its key (offset 0):
# joined outright, the planner may read all there are.
HITS = """
, z as materialized (
    select p.cell, min(p.versine) as versine, array_agg(p.profile_id) as profiles
    from (select * from {parts} parts limit {most}) p group by p.cell
)
select z.profiles, {versine} as versine, c.id, c.latitude, c.longitude, c.wording, c.place
from z cross join lateral (select * from places_cell c where c.id = z.cell offset 0) c
order by versine, c.id
"""
# How many in circles round one point, each within the next: one search of the widest.
COUNT = "(select array[{circles}] from (select * from {parts} parts limit {most}) z)"
