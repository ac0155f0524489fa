// Stored plans go into what is in force, whole or in parts, and folders into stored plans.
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { forEachRow } from "../../cgrates/folder/csv-rows.ts";
import { createFaultList } from "../../cgrates/folder/fault-list.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import type { Removable } from "../../cgrates/layers/merge.ts";
import { profileKey } from "../../cgrates/plan.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { bool, struct, text } from "../codec/go-type.ts";
import {
  type ApiContext,
  ApiError,
  type ApiMethod,
  requireMembers,
  type Service,
  serverError,
} from "../method.ts";
import { changed } from "../methods/live-objects.ts";
import { folderFiles, loadFiles } from "../methods/load.ts";
import {
  CHARGER,
  DESTINATION,
  DESTINATION_RATE,
  RATE,
  RATING_PLAN,
  RATING_PROFILE,
  STORED_KINDS,
  type StoredKind,
  TIMING,
} from "./kinds.ts";
import { by, objectsOfPlan, storedWrite } from "./objects.ts";

type Files = Record<string, string>;

/** The file of a kind that says the same as the objects. */
function fileOf(kind: StoredKind, objects: readonly Decoded[]): Files {
  if (objects.length === 0) return {};
  const rows = objects.flatMap((object) => kind.rowsOf(object).map(csvRow));
  return { [`${kind.file}.csv`]: rows.join("") };
}

function live(params: ApiMethod["params"], run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.activate", writes: true, run };
}

const loadPlan = live(
  struct("v1.AttrLoadTpFromStorDb", { TPid: text, DryRun: bool, Validate: bool }),
  async (asked, context) => {
    requireMembers(asked, ["TPid"]);
    let files: Files = {};
    for (const kind of STORED_KINDS) {
      files = { ...files, ...fileOf(kind, await objectsOfPlan(asked.TPid, kind, context)) };
    }
    const act = { act: "APIerSv1.LoadTariffPlanFromStorDb", subject: asked.TPid };
    await loadFiles(files, { ...act, isDry: asked.DryRun }, context);
    return "OK";
  },
);

/** Those of the ids, or all where there is none to look for. */
function among(ids: ReadonlySet<string>): (object: Decoded) => boolean {
  return ({ ID }) => ids.has(ID);
}

const loadDestination = live(
  struct("v1.AttrLoadDestination", { TPid: text, ID: text }),
  async (asked, context) => {
    requireMembers(asked, ["TPid"]);
    const isWanted = ({ ID }: Decoded) => asked.ID === "" || ID === asked.ID;
    const found = await objectsOfPlan(asked.TPid, DESTINATION, context, isWanted);
    if (found.length === 0) throw new ApiError("NOT_FOUND");
    const act = { act: "APIerSv1.LoadDestination", subject: `${asked.TPid} ${asked.ID}` };
    await loadFiles(fileOf(DESTINATION, found), act, context);
    return "OK";
  },
);

const loadRatingPlan = live(
  struct("v1.AttrLoadRatingPlan", { TPid: text, RatingPlanId: text }),
  async (asked, context) => {
    requireMembers(asked, ["TPid"]);
    const { TPid: plan, RatingPlanId: id } = asked;
    const plans: Decoded[] = await objectsOfPlan(
      ...([plan, RATING_PLAN, context] as const),
      ({ ID }) => id === "" || ID === id,
    );
    if (plans.length === 0) throw serverError("NOT_FOUND");
    const act = { act: "APIerSv1.LoadRatingPlan", subject: `${plan} ${id}` };
    await loadFiles(await filesOfPlans(plan, plans, context), act, context);
    return "OK";
  },
);

/** Rating plans with everything that they name and the stored plan has. */
async function filesOfPlans(plan: string, plans: Decoded[], context: ApiContext): Promise<Files> {
  const bindings: Decoded[] = plans.flatMap((one) => one.RatingPlanBindings);
  const named = async (kind: StoredKind, ids: string[]) =>
    objectsOfPlan(plan, kind, context, among(new Set(ids)));
  const timings = await named(
    TIMING,
    bindings.map((one) => one.TimingId),
  );
  const rows: Decoded[] = await named(
    DESTINATION_RATE,
    bindings.map((one) => one.DestinationRatesId),
  );
  const prices: Decoded[] = rows.flatMap((one) => one.DestinationRates);
  const rates = await named(
    RATE,
    prices.map((one) => one.RateId),
  );
  const destinations = await named(
    DESTINATION,
    prices.map((one) => one.DestinationId),
  );
  return {
    ...fileOf(TIMING, timings),
    ...fileOf(DESTINATION, destinations),
    ...fileOf(RATE, rates),
    ...fileOf(DESTINATION_RATE, rows),
    ...fileOf(RATING_PLAN, plans),
  };
}

const loadRatingProfile = live(RATING_PROFILE.type, async (asked, context) => {
  requireMembers(asked, ["TPid"]);
  const { TPid: plan, LoadId, Category, Subject } = asked;
  const Tenant = asked.Tenant || DEFAULT_TENANT;
  const matching = (wanted: Decoded): Promise<Decoded[]> =>
    objectsOfPlan(plan, RATING_PROFILE, context, (profile) =>
      Object.entries(wanted).every(([name, value]) => value === "" || profile[name] === value),
    );
  let found = await matching({ LoadId, Tenant, Category, Subject });
  // A client that names the load alone means what it stored under that name, whoever it is for.
  if (found.length === 0 && asked.Tenant === "" && LoadId !== "") {
    found = await matching({ LoadId, Category, Subject });
  }
  const filter = `&{${[plan, LoadId, Tenant, Category, Subject].join(" ")} []}`;
  if (found.length === 0) {
    throw serverError(`no RatingProfile for filter ${filter}, error: NOT_FOUND`);
  }
  const act = { act: "APIerSv1.LoadRatingProfile", subject: `${plan} ${LoadId}` };
  await loadFiles(fileOf(RATING_PROFILE, found), act, context);
  return "OK";
});

const importFolder = storedWrite(
  struct("utils.AttrImportTPFromFolder", {
    TPid: text,
    FolderPath: text,
    RunId: text,
    CsvSeparator: text,
  }),
  async (asked, context) => {
    requireMembers(asked, ["TPid", "FolderPath"]);
    const { TPid, FolderPath, CsvSeparator } = asked;
    if (CsvSeparator !== "" && CsvSeparator !== ",") {
      throw serverError(`CsvSeparator is "," here, not ${JSON.stringify(CsvSeparator)}`);
    }
    const files = await folderFiles(FolderPath, context);
    const read = STORED_KINDS.map((kind) => objectsOfFolder(files, kind, TPid));
    const objects = read.flatMap((one) => one ?? []);
    const act = by(context, "ImportTariffPlanFromFolder", `${TPid} ${FolderPath}`);
    await context.engine.storedPlans.put(objects, act);
    // What could be read is stored, as in the engine.
    if (read.includes(null)) throw serverError("PARTIALLY_EXECUTED");
    return "OK";
  },
);

/** The objects of a kind in a folder; null: a row is none. */
function objectsOfFolder(files: Files, kind: StoredKind, plan: string) {
  const byObject = rowsByObject(files, kind);
  if (byObject === null) return null;
  const objects = [...byObject.values()].map((rows) => {
    return { TPid: plan, ...kind.fromRows(rows) } as Decoded;
  });
  if (objects.some(hasNoNumber)) return null;
  return objects.map((object) => {
    return { plan, kind: kind.kind, name: kind.nameOf(object), object };
  });
}

/** The rows of each object in the files of a kind; null: some could not be read. */
function rowsByObject(files: Files, { file, columns, keyColumns }: StoredKind) {
  const faults = createFaultList();
  const byObject = new Map<string, string[][]>();
  let isRead = true;
  for (const [name, text] of Object.entries(files)) {
    if (name.split("/").at(-1) !== `${file}.csv`) continue;
    forEachRow({ file: name, text, faults }, ({ fields }) => {
      isRead &&= fields.length === columns;
      const key = fields.slice(0, keyColumns).join(":");
      const rows = byObject.get(key);
      if (rows === undefined) byObject.set(key, [[...fields]]);
      else rows.push([...fields]);
    });
  }
  return isRead && !faults.hasErrors() ? byObject : null;
}

/** A cell of a column of numbers was none. */
function hasNoNumber(value: Decoded): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasNoNumber);
}

/** What an object of each kind is called in force; kinds that are not here are of rating plans alone. */
const NAMES_IN_FORCE: [StoredKind, Removable, (object: Decoded) => string][] = [
  [TIMING, "Timing", ({ ID }) => ID],
  [DESTINATION, "Destination", ({ ID }) => ID],
  [RATING_PLAN, "RatingPlan", ({ ID }) => ID],
  [
    RATING_PROFILE,
    "RatingProfile",
    ({ Tenant, Category, Subject }) => profileKey(Tenant, Category, Subject),
  ],
  [CHARGER, "Charger", CHARGER.nameOf],
];

/** Takes away what is in force of the objects. */
async function takeAway(
  objectsOf: (kind: StoredKind) => Promise<readonly Decoded[]> | readonly Decoded[],
  act: { act: string; subject: string },
  context: ApiContext,
): Promise<"OK"> {
  const removed: [Removable, string][] = [];
  for (const [kind, inForce, nameOf] of NAMES_IN_FORCE) {
    for (const object of await objectsOf(kind)) removed.push([inForce, nameOf(object)]);
  }
  if (removed.length === 0) return "OK";
  return changed({ files: {}, removed }, act, context);
}

const removeStored = live(
  struct("v1.AttrLoadTpFromStorDb", { TPid: text, DryRun: bool, Validate: bool }),
  (asked, context) => {
    requireMembers(asked, ["TPid"]);
    const act = { act: "APIerSv1.RemoveTPFromStorDB", subject: asked.TPid };
    return takeAway((kind) => objectsOfPlan(asked.TPid, kind, context), act, context);
  },
);

const removeFolder = live(
  struct("utils.AttrLoadTpFromFolder", { FolderPath: text, DryRun: bool, Validate: bool }),
  async (asked, context) => {
    const { FolderPath } = asked;
    if (FolderPath === "") throw new ApiError("MANDATORY_IE_MISSING:FolderPath");
    const files = await folderFiles(FolderPath, context);
    const act = { act: "APIerSv1.RemoveTPFromFolder", subject: FolderPath };
    return takeAway(
      (kind) => (objectsOfFolder(files, kind, "") ?? []).map(({ object }) => object),
      act,
      context,
    );
  },
);

export const storedLoads: Service = {
  LoadTariffPlanFromStorDb: loadPlan,
  LoadDestination: loadDestination,
  LoadRatingPlan: loadRatingPlan,
  LoadRatingProfile: loadRatingProfile,
  ImportTariffPlanFromFolder: importFolder,
  RemoveTPFromStorDB: removeStored,
  RemoveTPFromFolder: removeFolder,
};
