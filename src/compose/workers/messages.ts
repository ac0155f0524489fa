// What the first process and its workers tell each other; each message is data that can be copied.
import type { Settings } from "../../config/config.ts";
import type { Engine } from "../../engine/engine.ts";

/** Whose figures are asked for, handed on as it came. */
export type Scope = Parameters<Engine["counted"]>[0];

/** What a service of several processes is asked for, and each of them has a part of. */
export type Asked = "metrics" | "counters";

export type ToWorker =
  | { kind: "start"; settings: Settings; startedAtMs: number }
  | { kind: "stop" }
  /** Another worker wants this one's part. */
  | { kind: "tell"; question: number; asked: Asked; scope: Scope }
  /** The parts of the others that came in time. */
  | { kind: "told"; question: number; parts: unknown[] };

export type FromWorker =
  /** It takes messages from now on. */
  | { kind: "ready" }
  /** It answers posts; what the first process prints. */
  | { kind: "listening"; banner: string }
  | { kind: "ask"; question: number; asked: Asked; scope: Scope }
  | { kind: "part"; question: number; part: unknown };
