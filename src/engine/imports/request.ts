// An import that is asked for: what is known of its file is looked up, and how it is written found out.
import { randomUUID } from "node:crypto";
import { requireWhole, type Scope, seesEach, seesOwner } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { BatchRecord } from "../../stores/ports/imports/batches.ts";
import type { Upload } from "../../stores/ports/imports/uploads.ts";
import type { Store } from "../../stores/store.ts";
import type { KnownDialect } from "../../tables/dialect.ts";
import type { Dialects } from "../files/dialects.ts";
import type { KeptFiles } from "../files/kept.ts";
import type { Clock } from "../ports.ts";
import { emptyPreview, emptyRun, type ImportJob, type ImportRequest } from "./job.ts";
import { importDialect } from "./layout.ts";

export interface ImportAsked {
  upload: Upload;
  format: string;
  /** What is known of how a table is written; the rest is sniffed. */
  dialect: KnownDialect;
  /** Name of a stored dialect to begin with. */
  dialectName?: string | undefined;
  source: string;
  /** Name of the batch; else that of the file. */
  batch?: string | undefined;
  dryRun: boolean;
  /** Refuse a file that was imported before. */
  once: boolean;
  /** Records that the file must have, as its sender says. */
  expect?: number | undefined;
  /** Field with the numbers that the source counts its records by. */
  sequence?: string | undefined;
  /** Of the import, chosen by whoever may have to ask again; the same again is the same import. */
  id?: string | undefined;
}

export interface RequestParts {
  store: Pick<Store, "batches">;
  dialects: Dialects;
  uploads: KeptFiles;
  clock: Clock;
}

/**
 * The job as it begins, and the batches that had the same file before.
 * @throws `forbidden`, `conflict`, `invalid-params`, `not-found`
 */
export async function newImport(
  parts: RequestParts,
  given: ImportAsked,
  { name: by, scope }: { name: string; scope: Scope },
): Promise<{ job: ImportJob; known: string[] }> {
  requireWhole(scope);
  const { upload, batch, dryRun, once, dialect, dialectName, expect, sequence, ...others } = given;
  const { id: chosen, ...asked } = others;
  const known = await batchesOf(parts.store, upload.hash, scope);
  if (once && known.length > 0) throw knownFile(upload, known);
  const tenants = scope.tenants === null ? null : [...scope.tenants];
  const { id, hash, bytes, name: file } = upload;
  const own = { upload: id, file, hash, bytes, by, tenants, name: batch ?? file, batch: "" };
  const written = await dialectOf(parts, { ...asked, id, dialect, dialectName, scope });
  const request: ImportRequest = {
    ...{ ...asked, ...own, dialect: written },
    ...(expect === undefined ? {} : { expect }),
    ...(sequence === undefined ? {} : { sequence }),
  };
  const job = newJob(request, { id: chosen ?? randomUUID(), dryRun, nowMs: parts.clock() });
  return { job, known: known.map(({ id: name }) => name) };
}

/** @throws `invalid-params` with what nobody answered, `not-found` for a stored dialect */
async function dialectOf(
  { dialects, uploads }: Pick<RequestParts, "dialects" | "uploads">,
  asked: Pick<ImportAsked, "format" | "dialect" | "dialectName"> & { id: string; scope: Scope },
): Promise<JsonObject> {
  const { id, format, dialect, dialectName, scope } = asked;
  const stored = dialectName === undefined ? {} : (await dialects.get(dialectName, scope)).dialect;
  const found = await importDialect(format, {
    known: { ...stored, ...dialect },
    sniff: (known) => dialects.sniff(uploads.pieces(id), { known, target: "cdr" }),
  });
  return found as unknown as JsonObject;
}

async function batchesOf(
  { batches }: Pick<Store, "batches">,
  hash: string,
  scope: Scope,
): Promise<BatchRecord[]> {
  const isWanted = ({ tenants }: BatchRecord) =>
    tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
  return (await batches.list({ hash, limit: 10, isWanted })).batches;
}

function knownFile({ name }: Upload, known: readonly BatchRecord[]): Error {
  const [latest] = known;
  return engineError("conflict", `${name} was imported before, as the batch ${latest?.id}.`, {
    path: "once",
    data: { known: known.map(({ id }) => id) },
  });
}

function newJob(
  request: ImportRequest,
  { id, dryRun, nowMs }: { id: string; dryRun: boolean; nowMs: number },
): ImportJob {
  return {
    id,
    state: "planning",
    version: 1,
    createdAtMs: nowMs,
    body: {
      request,
      isDry: dryRun,
      isPreviewed: false,
      preview: emptyPreview(),
      run: emptyRun(request),
      begunAtMs: nowMs,
      owner: null,
      leaseUntilMs: 0,
      updatedAtMs: nowMs,
    },
  };
}
