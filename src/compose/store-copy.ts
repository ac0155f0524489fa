// The two ends of a copy, by the URLs of their stores.
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import { engineError } from "../errors.ts";
import { type CopyProgress, type CopyResult, copyStore } from "../stores/copy/copy.ts";
import { COPY_BUILD_MARK } from "../stores/copy/quiet.ts";
import type { OpenOptions } from "../stores/migration.ts";
import { mongoCopySource, mongoCopyTarget } from "../stores/mongo/copy/ends.ts";
import type { CopyEnd, CopyTarget } from "../stores/ports/copy.ts";
import { sqliteCopySource, sqliteCopyTarget } from "../stores/sqlite/copy/ends.ts";

export type { CopyProgress, CopyResult };

export interface StoreCopy {
  /** `sqlite:PATH`, `mongodb://…`, or the path of an SQLite file. */
  from: string;
  to: string;
  /** Extra fields that get an index in the target. */
  indexedExtraFields: string[];
  clock?: () => number;
  report?: (progress: CopyProgress) => void;
}

const SQLITE = "sqlite:";

/** The path of an SQLite file; null: it is the URL of a MongoDB. */
function sqlitePath(place: string, path: "from" | "to"): string | null {
  if (place.startsWith(SQLITE) && place.length > SQLITE.length) return place.slice(SQLITE.length);
  if (/^mongodb(\+srv)?:\/\/./.test(place)) return null;
  if (place !== "" && !/^[a-z][a-z+.-]*:/i.test(place)) return place;
  throw engineError("invalid-params", `${path}: this names no store.`, {
    path,
    hint: "Say sqlite:PATH, mongodb://…, or the path of an SQLite file.",
  });
}

/** @throws `conflict` where somebody may write, the target is not free, or the two differ */
export async function copyBetween(copy: StoreCopy): Promise<CopyResult> {
  const { report, clock = Date.now } = copy;
  const options: OpenOptions = { build: `${PACKAGE_VERSION}${COPY_BUILD_MARK}`, clock };
  const from = sqlitePath(copy.from, "from");
  const to = sqlitePath(copy.to, "to");
  const opened: CopyEnd[] = [];
  const open = async <End extends CopyEnd>(opening: Promise<End>): Promise<End> => {
    const end = await opening;
    opened.push(end);
    return end;
  };
  try {
    const source = await open(
      from === null
        ? mongoCopySource({ ...options, url: copy.from })
        : sqliteCopySource(from, options),
    );
    const target = await open<CopyTarget>(
      to === null
        ? mongoCopyTarget({ ...options, indexedExtraFields: copy.indexedExtraFields, url: copy.to })
        : sqliteCopyTarget(to, { ...options, indexedExtraFields: copy.indexedExtraFields }),
    );
    return await copyStore({ source, target, clock, ...(report && { report }) });
  } finally {
    for (const end of opened) await end.close();
  }
}
