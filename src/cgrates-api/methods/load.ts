// Loads whole tariff plans into what is in force.
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
async function folderFiles(
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

async function loadFolder(
  params: { FolderPath: string; DryRun: boolean },
  context: ApiContext,
): Promise<void> {
  const { FolderPath: path, DryRun: isDry } = params;
  if (path === "") throw new ApiError("MANDATORY_IE_MISSING:FolderPath");
  const { engine, caller } = context;
  const files = await folderFiles(path, context);
  const outcome = isDry
    ? await engine.livePlans.check({ files }, caller.scope)
    : await engine.livePlans.change(
        { files },
        {
          by: caller.name,
          act: "APIerSv1.LoadTariffPlanFromFolder",
          subject: path,
          scope: caller.scope,
        },
      );
  if (!outcome.ok) throw loadFault(outcome.faults, files);
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
