// The kinds of a crash, and one run of one of them in a folder of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup } from "./kinds/backup.ts";
import { cgrates } from "./kinds/cgrates.ts";
import { clock } from "./kinds/clock.ts";
import { desk } from "./kinds/desk.ts";
import { disk } from "./kinds/disk.ts";
import { erasing } from "./kinds/erasing.ts";
import { ami, follow } from "./kinds/feeds.ts";
import { importing } from "./kinds/import.ts";
import { jobs } from "./kinds/jobs.ts";
import { kill } from "./kinds/kill.ts";
import { lock } from "./kinds/lock.ts";
import { mixed } from "./kinds/mixed.ts";
import { mongodb } from "./kinds/mongodb.ts";
import { output } from "./kinds/output.ts";
import { pull } from "./kinds/pull.ts";
import { signal } from "./kinds/signal.ts";
import { sql } from "./kinds/sql.ts";
import { switchover, tariffs } from "./kinds/tariffs.ts";
import { tcp } from "./kinds/tcp.ts";
import { wal } from "./kinds/wal.ts";
import type { Report, RunOptions } from "./report.ts";
import { killRest } from "./service.ts";

export const KINDS = {
  kill,
  signal,
  lock,
  disk,
  wal,
  clock,
  mixed,
  follow,
  ami,
  sql,
  tcp,
  output,
  pull,
  import: importing,
  mongodb,
  switchover,
  tariffs,
  jobs,
  backup,
  desk,
  cgrates,
  erasing,
} as const;
export type Kind = keyof typeof KINDS;

export const DEFAULTS: Omit<RunOptions, "folder"> = {
  seconds: 120,
  answers: 200,
  kills: 90,
  rows: 6000,
  seed: 20260302,
  healthMs: 1000,
  residentMb: 1000,
  workers: 1,
  limits: {},
};

/** Runs one kind; its folder is below `parent` and is removed afterwards. */
export async function runKind(
  kind: Kind,
  { parent = tmpdir(), ...options }: Partial<RunOptions> & { parent?: string } = {},
): Promise<Report> {
  const folder = mkdtempSync(join(parent, `cdrate-crash-${kind}-`));
  try {
    return await KINDS[kind]({ ...DEFAULTS, ...options, folder });
  } finally {
    killRest();
    rmSync(folder, { recursive: true, force: true });
  }
}
