// Reading and compiling a tariff folder, the same in a worker thread and in place.
import { createHash } from "node:crypto";
import { cgratesTransferables, compileCgrates } from "../../cgrates/compile.ts";
import { isLayered, readCgratesFiles } from "../../cgrates/layers/read.ts";
import { engineError } from "../../errors.ts";
import { compileTariff } from "../../rating/compile/tariff.ts";
import { snapshotTransferables } from "../../rating/snapshot/native.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import { readTariff, type TariffReading, tariffByDecks } from "../../tariffs/read-folder.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import { canonicalFolder } from "../../tariffs/version.ts";
import type { Compat, Snapshot, TariffCheck } from "../ports.ts";

const NATIVE_FILE = "tariff.yaml";
const CGRATES_FILE = /(^|\/)RatingPlans\.csv$/;

/** 128 bits of sha256 over names, texts and semantics: one content, one version. */
function versionId(files: Record<string, string>, semantics: string): string {
  if (isLayered(files)) return layeredVersionId(hashesOf(files), semantics);
  return shortHash(`${semantics}\n${canonicalFolder(files)}`);
}

/** Of layers it is made of the hashes of their texts: one more layer costs no look at the others. */
export function layeredVersionId(
  hashes: Readonly<Record<string, string>>,
  semantics: string,
): string {
  return shortHash(`layers ${semantics}\n${canonicalFolder(hashes)}`);
}

export function hashesOf(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      createHash("sha256").update(text).digest("hex"),
    ]),
  );
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function fault(code: string, file: string, message: string): TariffCheck {
  return {
    ok: false,
    faults: [{ file, line: 1, column: 1, code, message, severity: "error" } satisfies Fault],
    decks: [],
  };
}

/**
 * Which kind a folder is: RatingPlans.csv makes it CGRateS's, tariff.yaml native. `reading`: what a
 * native one is held against.
 */
export function checkFolder(
  files: Record<string, string>,
  compat?: Compat,
  reading?: TariffReading,
): TariffCheck {
  // The layers of a plan that grew by small changes may have no rating plan yet.
  if (isLayered(files)) return checkCgrates(files, compat);
  const cgratesFile = Object.keys(files).find((name) => CGRATES_FILE.test(name));
  if (cgratesFile !== undefined && files[NATIVE_FILE] !== undefined) {
    return fault(
      "two-kinds",
      cgratesFile,
      "The folder holds tariff.yaml (native) and RatingPlans.csv (CGRateS); it is one or the other.",
    );
  }
  if (cgratesFile !== undefined) return checkCgrates(files, compat);
  if (files[NATIVE_FILE] === undefined) {
    return fault(
      "not-a-tariff",
      NATIVE_FILE,
      "A tariff folder holds tariff.yaml (native) or RatingPlans.csv (CGRateS); this has neither.",
    );
  }
  if (compat !== undefined) {
    return fault(
      "not-supported",
      NATIVE_FILE,
      `compat ${compat} is for CGRateS folders; this folder is a native tariff.`,
    );
  }
  const read = readTariff(files, reading);
  const { decks } = read;
  if (!read.ok) return { ok: false, faults: read.faults, decks };
  return {
    ok: true,
    decks,
    facts: {
      version: versionId(files, "native"),
      tenants: [read.tariff.tenant],
      kind: "native",
      semantics: "native",
      counts: read.counts,
      voipPlans: read.tariff.voipPlans.map(({ name }) => name),
      ruleSets: Object.keys(read.tariff.numbering),
    },
    warnings: read.warnings,
    skipped: [],
  };
}

function checkCgrates(files: Record<string, string>, compat?: Compat): TariffCheck {
  const read = readCgratesFiles(files);
  if (!read.ok) return { ok: false, faults: read.faults, decks: [] };
  // Layouts of 0.9.1 and older were priced by other rules, which are not built: such a folder can
  // be checked, and loaded with the semantics `exact`.
  const asked = compat ?? (read.layout === "0.10" ? "cgrates" : "cgrates-0.9.1");
  const semantics = asked === "cgrates-0.9.1" ? "exact" : asked;
  return {
    ok: true,
    decks: [],
    facts: {
      version: versionId(files, semantics),
      tenants: [...new Set(read.plan.profiles.map((profile) => profile.tenant))].sort(),
      kind: "cgrates",
      semantics,
      counts: read.counts,
      voipPlans: [],
      ruleSets: [],
    },
    warnings: read.warnings,
    skipped: read.skipped,
    ...(asked === "cgrates-0.9.1" ? { unavailable: asked } : {}),
  };
}

/** Compiles a checked folder; `transferables` move to another thread without a copy. */
export function compileFolder(
  version: TariffVersion,
  files: Record<string, string>,
): { snapshot: Snapshot; transferables: ArrayBuffer[] } {
  if (version.kind === "cgrates") {
    const read = readCgratesFiles(files);
    if (!read.ok || version.semantics === "native") throw brokenVersion(version);
    const cgrates = compileCgrates(read.plan, {
      version: version.version,
      semantics: version.semantics,
    });
    return {
      snapshot: { kind: "cgrates", version: version.version, cgrates },
      transferables: cgratesTransferables(cgrates),
    };
  }
  const broken = (): never => {
    throw brokenVersion(version);
  };
  const native = compileTariff(tariffByDecks(files, broken) ?? broken(), version.version);
  return {
    snapshot: { kind: "native", version: version.version, native },
    transferables: snapshotTransferables(native),
  };
}

/** Only what passed `check` is stored: faults now mean that this build reads it differently. */
function brokenVersion(version: TariffVersion): Error {
  return engineError(
    "tariff-faults",
    `Tariff version ${version.version} (${version.name}) passed its check when it was loaded and does not now; load its folder again.`,
  );
}
