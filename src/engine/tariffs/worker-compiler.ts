// The tariff compiler in worker threads: no request waits for a check or a compile, and no tenant
// for another's.
import { type ErrorCode, engineError } from "../../errors.ts";
import { startThread } from "../../program.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { EditedDeck, RateEdit } from "../../tariffs/edit/rate.ts";
import type { TariffReading } from "../../tariffs/read-folder.ts";
import type { Compat, Snapshot, TariffCheck, TariffCompiler } from "../ports.ts";
import type { DeriveReply, DeriveRequest } from "./changes/derive-work.ts";
import type { ChangesReply, ChangesRequest } from "./differences/changes.ts";
import type { DiffReply, DiffRequest } from "./differences/work.ts";
import { createThreads, type Task, type Thread } from "./threads.ts";

export type WorkerRequest =
  | {
      task: "check";
      files: Record<string, string>;
      compat?: Compat;
      reading?: TariffReading;
    }
  | { task: "diff"; diff: DiffRequest }
  | { task: "derive"; derive: DeriveRequest }
  | { task: "edit"; text: string; edit: RateEdit }
  | { task: "changes"; changes: ChangesRequest }
  | { task: "compile"; version: TariffVersion; files: Record<string, string> };

type Result = TariffCheck | Snapshot | DiffReply | ChangesReply | DeriveReply | EditedDeck;

export type WorkerReply =
  | { ok: true; result: Result }
  | { ok: false; code: ErrorCode; message: string };

export interface WorkerCompilerOptions {
  /** Threads at most; one of them is kept for small folders. */
  threads?: number;
  /** Seconds of a check; a compile, whose folder has passed one, may take ten times as long. */
  seconds?: number;
}

/** Folders of so many characters are checked and compiled within a second. */
const SMALL_CHARACTERS = 200_000;
const COMPILE_FACTOR = 10;

/** Starts threads when tasks come, and others for those that died; `close` ends them. */
export function createWorkerCompiler({
  threads: most = 4,
  seconds = 60,
}: WorkerCompilerOptions = {}): TariffCompiler {
  const threads = createThreads({ start: createThread, most });

  async function ask(
    task: Omit<Task<WorkerRequest>, "isShort">,
    folders: Record<string, string>[],
  ): Promise<Result> {
    const texts = folders.flatMap((files) => Object.values(files));
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    const isShort = characters <= SMALL_CHARACTERS;
    const reply = await threads.run({ ...task, isShort });
    if (reply.ok) return reply.result;
    throw toError(reply);
  }

  return {
    check: (files, compat, reading, owner = tenantNamed(files)) =>
      ask(
        {
          request: {
            task: "check",
            files,
            ...(compat === undefined ? {} : { compat }),
            ...(reading === undefined ? {} : { reading }),
          },
          owner: `check ${owner}`,
          seconds,
          title: "The check of the tariff",
        },
        [files, reading?.inForce ?? {}],
      ) as Promise<TariffCheck>,
    compile: (version, files) =>
      ask(
        {
          request: { task: "compile", version, files },
          owner: `compile ${version.tenants.join("\n")}`,
          seconds: seconds * COMPILE_FACTOR,
          title: "The compile of the tariff",
        },
        [files],
      ) as Promise<Snapshot>,
    diff: (request, owner) =>
      ask(
        {
          request: { task: "diff", diff: request },
          owner: `diff ${owner}`,
          seconds,
          title: "The difference of the tariffs",
        },
        [request.from, "files" in request.to ? request.to.files : { deck: request.to.deck.text }],
      ) as Promise<DiffReply>,
    changes: (request, owner) =>
      ask(
        {
          request: { task: "changes", changes: request },
          owner: `diff ${owner}`,
          seconds,
          title: "The difference of the tariffs",
        },
        [request.from ?? {}, request.to],
      ) as Promise<ChangesReply>,
    derive: (request, owner) =>
      ask(
        {
          request: { task: "derive", derive: request },
          owner: `derive ${owner}`,
          seconds,
          title: "The text of the tariff",
        },
        [request.files, request.kind === "prices" ? (request.before ?? {}) : {}],
      ) as Promise<DeriveReply>,
    edit: ({ text, edit }, owner) =>
      ask(
        {
          request: { task: "edit", text, edit },
          owner: `derive ${owner}`,
          seconds,
          title: "The change of the deck",
        },
        [{ text }],
      ) as Promise<EditedDeck>,
    close: threads.close,
  };
}

/** The tenant that a native folder says it is for, before anything of it is checked. */
function tenantNamed(files: Record<string, string>): string {
  const settings = (files["tariff.yaml"] ?? "").slice(0, 10_000);
  return /^tenant:[ \t]*(\S{1,100})/m.exec(settings)?.[1] ?? "";
}

/** What failed unforeseen has its stack for a text: that is for the log, not for whoever asked. */
function toError({ code, message }: { code: ErrorCode; message: string }): Error {
  return code === "internal"
    ? engineError("internal", undefined, { cause: new Error(message) })
    : engineError(code, message);
}

function createThread(): Thread<WorkerRequest, WorkerReply> {
  const worker = startThread("engine/tariffs/worker");
  let settle: { resolve(reply: WorkerReply): void; reject(error: Error): void } | null = null;
  worker.on("message", (reply: WorkerReply) => settle?.resolve(reply));
  worker.on("error", (error) => settle?.reject(failure(error)));
  worker.on("exit", (code) => {
    settle?.reject(new Error(`the tariff worker ended with code ${code}`));
  });
  return {
    async run(request) {
      worker.ref();
      try {
        return await new Promise<WorkerReply>((resolve, reject) => {
          settle = { resolve, reject };
          worker.postMessage(request);
        });
      } finally {
        settle = null;
        worker.unref();
      }
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** A folder whose content is too much for the memory of a thread ends that thread alone. */
function failure(error: unknown): Error {
  const isFull =
    error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (isFull) return engineError("too-large", "The folder needs more memory than there is.");
  return error instanceof Error ? error : new Error(String(error));
}
