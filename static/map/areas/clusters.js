/* Areas that lie close together on the screen, drawn as one, and how many people are said to live
   there. An area with fewer than five people comes without its number, and no sum may give it
   back: as soon as one such area is in it, a sum is only a step that is surely reached. */

const gettext = window.gettext ?? ((text) => text);
const ngettext = window.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

const TOGETHER = 72; // pixels between discs below which they become one
const STEPS = [5, 10, 20, 50, 100, 200];
const SMALLEST = { one: 44, several: 50 }; // pixels across: a finger's width, room for a word
const LARGEST = 68;

/* {people, isExact}: all of them, or a step that is reached even if one alone lives where few do; 0
   where that is below the first step. */
function countOf(areas) {
  const numbers = areas.map(({ count }) => count ?? 1);
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (areas.every(({ count }) => Number.isFinite(count))) return { people: sum, isExact: true };
  return { people: STEPS.filter((step) => step <= sum).pop() ?? 0, isExact: false };
}

function shortCount(areas) {
  const { people, isExact } = countOf(areas);
  if (isExact) return String(people);
  if (people) return `${people}+`;
  return areas.length === 1 ? gettext("few") : gettext("some"); // several times few may be many
}

function longCount(areas) {
  const { people, isExact } = countOf(areas);
  if (isExact) return ngettext("%s person", "%s people", people).replace("%s", people);
  if (people) return gettext("At least %s people").replace("%s", people);
  return areas.length === 1 ? gettext("A few people") : gettext("Some people");
}

/* What a disc is called by those who do not see it. */
function nameOf(areas) {
  const [{ label }] = areas;
  const text =
    areas.length === 1
      ? gettext("%p, %w. Show the list.")
      : gettext("%p in %n areas, one of them %w. Come nearer.");
  return text
    .replace("%p", longCount(areas))
    .replace("%n", areas.length)
    .replace("%w", label);
}

/* The larger the number the larger the disc, but gently. */
function sizeOf(areas) {
  const { people } = countOf(areas);
  const smallest = areas.length === 1 ? SMALLEST.one : SMALLEST.several;
  return Math.round(Math.min(LARGEST, smallest + 8 * Math.log10(Math.max(1, people / 2))));
}

/* Areas by the disc they fall into: the most people first, each taking what lies close.
   `project` gives the point on the screen of a centre. */
function clusters(areas, project) {
  const waiting = areas
    .map((area) => ({ area, point: project(area.centre) }))
    .sort((a, b) => (b.area.count ?? 1) - (a.area.count ?? 1));
  const found = [];
  for (const { area, point } of waiting) {
    const near = found.find((cluster) => cluster.point.distanceTo(point) < TOGETHER);
    if (near) near.areas.push(area);
    else found.push({ point, areas: [area] });
  }
  return found;
}

/* Whether the areas of one disc stand apart when `project` sees them from as near as can be. */
function canPart(areas, project) {
  return clusters(areas, project).length > 1;
}

Object.assign(L.Areas, { canPart, clusters, longCount, nameOf, shortCount, sizeOf });
