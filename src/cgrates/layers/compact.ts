// Many layers of a plan put together into few that price every call the same. What later layers took the
// place of goes; a rating plan keeps the rates and timings that it was loaded with, in a layer of its own.
import { csvRow } from "./accepted.ts";
import {
  CHARGERS,
  DESTINATIONS,
  type LayerTables,
  layerTables,
  type ObjectTable,
  RATING_PLANS,
  RATING_PROFILES,
  ROUTES,
  TIMINGS,
} from "./objects.ts";
import { layerName, layersOf, REMOVED_FILE, splitLayer } from "./read.ts";

type Files = Record<string, string>;
type Rows = readonly (readonly string[])[];

interface Layer {
  name: string;
  files: Files;
  tables: LayerTables;
  removed: readonly (readonly [kind: string, name: string])[];
}

/** What the layers leave of the objects of a table. */
interface State {
  table: ObjectTable;
  /** In the order that they have then. */
  objects: ReadonlyMap<string, Rows>;
  /** Set above the lowest layer. */
  touched: ReadonlySet<string>;
  /** Taken away there at some time. */
  removed: ReadonlySet<string>;
}

/** A rating plan is made of these, which nothing outside its layer names. */
const OF_PLANS = ["Rates", "DestinationRates", "RatingPlans", "Timings"];
const KNOWN = new Set([...OF_PLANS, "Destinations", "RatingProfiles", "Chargers", "Routes"]);
const PROFILE_COLUMNS = 6;
/** Of DestinationRates and RatingProfiles. */
const [DESTINATION_COLUMN, PLAN_COLUMN] = [1, 4];

const DESTINATION_RATES: ObjectTable = {
  file: "DestinationRates",
  kind: "RatingPlan",
  keyOf: ([tag = ""]) => tag,
};

/** Null: some layer is not of the form that this puts together. */
export function compacted(files: Readonly<Files>): Files | null {
  const layers = layersOf(files).map(([name, own]): Layer => {
    return { name, files: own, tables: layerTables(own), removed: splitLayer(name, own).removed };
  });
  const [base, ...above] = layers;
  if (base === undefined || !above.every(isPlain)) return null;
  const state = (table: ObjectTable) => stateOf(layers, table);
  const [destinations, plans, profiles] = [DESTINATIONS, RATING_PLANS, RATING_PROFILES].map(
    state,
  ) as [State, State, State];
  const alive = aliveLayers(above, { plans, profiles });
  const lent = lentDestinations([...alive], { above, destinations, base });
  const kept = above.map((layer) => keptFiles(layer, alive.has(layer)));
  const written = [
    destinationLayer(destinations, { base, lent }),
    ...kept,
    objectLayer([profiles, ...[CHARGERS, ROUTES, TIMINGS].map(state)], { base, above, alive }),
    lastLayer([plans, destinations], { base, lent, alive }),
  ].filter((own) => Object.keys(own).length > 0);
  return Object.assign(
    { ...base.files },
    ...written.map((own, at) => within(layerName(at + 1), own)),
  );
}

/** Its profiles have the columns of 0.10, and no destination is set to nothing. */
function isPlain({ tables }: Layer): boolean {
  const profiles = [...tables.rows(RATING_PROFILES).values()].flat();
  const destinations = [...tables.rows(DESTINATIONS).values()];
  return (
    profiles.every(({ length }) => length === PROFILE_COLUMNS) &&
    destinations.every((rows) => rows.some(([, prefix = ""]) => prefix !== ""))
  );
}

function stateOf(layers: readonly Layer[], table: ObjectTable): State {
  const objects = new Map<string, Rows>();
  const touched = new Set<string>();
  const removed = new Set<string>();
  for (const [at, layer] of layers.entries()) {
    for (const [kind, name] of layer.removed) {
      if (kind !== table.kind) continue;
      objects.delete(name);
      removed.add(name);
    }
    for (const [name, rows] of layer.tables.rows(table)) {
      objects.set(name, rows);
      if (at > 0) touched.add(name);
    }
  }
  return { table, objects, touched, removed };
}

/** The last ones that set a plan which is there, or which a profile still names. */
function aliveLayers(
  above: readonly Layer[],
  { plans, profiles }: { plans: State; profiles: State },
): ReadonlySet<Layer> {
  const named = [...profiles.objects.values()].flat().map((row) => row[PLAN_COLUMN] ?? "");
  const wanted = new Set([...plans.objects.keys(), ...named]);
  const last = new Map<string, Layer>();
  for (const layer of above) {
    for (const plan of layer.tables.rows(RATING_PLANS).keys()) last.set(plan, layer);
  }
  return new Set([...last].filter(([plan]) => wanted.has(plan)).map(([, layer]) => layer));
}

/** Destinations that are gone, but were there for a layer that stays: until the end they are there again. */
function lentDestinations(
  alive: readonly Layer[],
  { above, destinations, base }: { above: readonly Layer[]; destinations: State; base: Layer },
): Map<string, Rows> {
  const lent = new Map<string, Rows>();
  for (const { tables } of alive) {
    for (const row of [...tables.rows(DESTINATION_RATES).values()].flat()) {
      const name = row[DESTINATION_COLUMN] ?? "";
      if (destinations.objects.has(name) || base.tables.rows(DESTINATIONS).has(name)) continue;
      const owner = above.findLast((layer) => layer.tables.rows(DESTINATIONS).has(name));
      const rows = owner?.tables.rows(DESTINATIONS).get(name);
      if (rows !== undefined) lent.set(name, rows);
    }
  }
  return lent;
}

/** First of all, as every plan may name them. One that came back after it was gone is the last one again. */
function destinationLayer(
  { table, objects, touched, removed }: State,
  { base, lent }: { base: Layer; lent: ReadonlyMap<string, Rows> },
): Files {
  const back = [...removed].filter((name) => objects.has(name) && isIn([base], table, name));
  const set = [...objects].filter(([name]) => touched.has(name));
  return filesOf(
    { Destinations: [...set, ...lent].flatMap(([, rows]) => rows) },
    back.map((name) => [table.kind, name]),
  );
}

/** What a plan of it needs, and the tables that nothing here knows. */
function keptFiles({ name, files }: Layer, isAlive: boolean): Files {
  const own = Object.entries(files).filter(([path]) => {
    const table = path.slice(path.lastIndexOf("/") + 1).replace(/\.csv$/, "");
    if (path === `${name}/${REMOVED_FILE}`) return false;
    return KNOWN.has(table) ? isAlive && OF_PLANS.includes(table) : true;
  });
  return Object.fromEntries(own.map(([path, text]) => [path.slice(name.length + 1), text]));
}

interface Around {
  base: Layer;
  above: readonly Layer[];
  alive: ReadonlySet<Layer>;
}

/** Objects that no plan names, after all plans that they name. */
function objectLayer(states: readonly State[], { base, above, alive }: Around): Files {
  const tables: Record<string, Rows> = {};
  const gone: [kind: string, name: string][] = [];
  for (const { table, objects, touched, removed } of states) {
    const below = table === TIMINGS ? [base, ...alive] : [base];
    for (const name of removed) if (isIn(below, table, name)) gone.push([table.kind, name]);
    tables[table.file] = [...objects].flatMap(([name, rows]) => (touched.has(name) ? rows : []));
  }
  const files = filesOf(tables, gone);
  // That there were chargers once is remembered: a plan without them has one run, with none left none.
  const hadChargers = above.some(({ files: own }) =>
    Object.keys(own).some((path) => path.endsWith("/Chargers.csv")),
  );
  return hadChargers ? { "Chargers.csv": "", ...files } : files;
}

/** What is gone at the end though layers before name it. */
function lastLayer(
  states: readonly State[],
  { base, lent, alive }: Omit<Around, "above"> & { lent: ReadonlyMap<string, Rows> },
): Files {
  const gone = states.flatMap(({ table, objects, removed }) =>
    [...removed]
      .filter((name) => !objects.has(name))
      .filter((name) => lent.has(name) || isIn([base, ...alive], table, name))
      .map((name): [string, string] => [table.kind, name]),
  );
  return filesOf({}, gone);
}

function isIn(layers: readonly Layer[], table: ObjectTable, name: string): boolean {
  return layers.some(({ tables }) => tables.rows(table).has(name));
}

function filesOf(
  tables: Readonly<Record<string, Rows>>,
  removed: readonly (readonly [kind: string, name: string])[],
): Files {
  const files: Files = {};
  for (const [table, rows] of Object.entries({ ...tables })) {
    if (rows.length > 0) files[`${table}.csv`] = rows.map(csvRow).join("");
  }
  if (removed.length > 0) files[REMOVED_FILE] = removed.map(csvRow).join("");
  return files;
}

function within(layer: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${layer}/${name}`, text]),
  );
}
