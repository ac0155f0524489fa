// Loads whole tariff plans into what is in force.
import { asAccepted } from "../../cgrates/layers/accepted.ts";
import { EngineError } from "../../errors.ts";
import { bool, struct, text } from "../codec/go-type.ts";
import { type ApiContext, ApiError, type ApiMethod, type Service } from "../method.ts";
import { loadFault } from "../values/load-faults.ts";

const folderParams = struct("utils.AttrLoadTpFromFolder", {
  FolderPath: text,
  DryRun: bool,
  Validate: bool,
  Recursive: bool,
});

/** The files of a folder. @throws ApiError where there is none */
export async function folderFiles(
  path: string,
  { engine, caller }: ApiContext,
): Promise<Record<string, string>> {
  try {
    return await engine.livePlans.readFolder(path, caller.scope);
  } catch (error) {
    const isPath =
      error instanceof EngineError &&
      (error.code === "not-found" || error.code === "path-outside-root");
    throw isPath ? new ApiError("INVALID_PATH") : error;
  }
}

/** What is loaded, by what method; `isDry`: nothing is kept. */
interface Load {
  act: string;
  subject: string;
  isDry?: boolean;
}

/** Puts the files into what is in force. @throws ApiError with the engine's word for what is wrong */
export async function loadFiles(
  written: Record<string, string>,
  { isDry = false, ...act }: Load,
  { engine, caller }: ApiContext,
): Promise<void> {
  // Nothing changes nothing, and makes no version.
  if (Object.keys(written).length === 0) return;
  const { livePlans } = engine;
  // A time relative to the load is written as what it is then: a version says one thing for ever.
  const files = asAccepted(written, engine.clock());
  const { scope } = caller;
  const outcome = isDry
    ? await livePlans.check({ files }, scope)
    : await livePlans.change({ files }, { by: caller, ...act, scope });
  if (!outcome.ok) throw loadFault(outcome.faults, files);
}

async function loadFolder(
  params: { FolderPath: string; DryRun: boolean },
  context: ApiContext,
): Promise<void> {
  const { FolderPath: path, DryRun: isDry } = params;
  if (path === "") throw new ApiError("MANDATORY_IE_MISSING:FolderPath");
  const files = await folderFiles(path, context);
  await loadFiles(
    files,
    { act: "APIerSv1.LoadTariffPlanFromFolder", subject: path, isDry },
    context,
  );
}

const fromFolder: ApiMethod = {
  params: folderParams,
  permission: "tariff.activate",
  writes: true,
  async run(params, context) {
    await loadFolder(params, context);
    return "OK";
  },
};

const fromFolderV2: ApiMethod = {
  ...fromFolder,
  async run(params, context) {
    await loadFolder(params, context);
    return { LoadID: "", RatingLoadID: "", AccountingLoadID: "", LoadTime: "0001-01-01T00:00:00Z" };
  },
};

export const loads: Service = { LoadTariffPlanFromFolder: fromFolder };
export const loadsV2: Service = { LoadTariffPlanFromFolder: fromFolderV2 };
