// What the engine asks of the outside besides the store: a clock, a log and a tariff compiler.
import type { CgratesSnapshot } from "../cgrates/snapshot.ts";
import type { NativeSnapshot } from "../rating/snapshot/native.ts";
import type { TariffVersion } from "../stores/ports/tariffs.ts";
import type { Fault } from "../tariffs/tariff.ts";

/** Epoch milliseconds, now. */
export type Clock = () => number;

export interface Log {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}

export type Snapshot =
  | { kind: "native"; version: string; native: NativeSnapshot }
  | { kind: "cgrates"; version: string; cgrates: CgratesSnapshot };

export type Compat = "exact" | "cgrates" | "cgrates-0.9.1";

export type TariffCheck =
  | {
      ok: true;
      facts: Pick<
        TariffVersion,
        "version" | "tenants" | "kind" | "semantics" | "counts" | "voipPlans" | "ruleSets"
      >;
      warnings: Fault[];
      /** CGRateS files that do not concern rating. */
      skipped: string[];
      /** Set when the folder was read, but the semantics asked for (or its own) are not built. */
      unavailable?: "cgrates-0.9.1";
    }
  | { ok: false; faults: Fault[] };

/** Reading and compiling a folder takes seconds for a large deck: never on the event loop of a
 * server (worker-compiler.ts); in one-shot commands and tests in place (inline-compiler.ts). */
export interface TariffCompiler {
  /**
   * `inForce`: the files of the native tariff that it will follow, to compare prices with. `owner`:
   * who waits for it, checks of one owner take turns; else the tenant that the folder names.
   */
  check(
    files: Record<string, string>,
    compat?: Compat,
    inForce?: Record<string, string>,
    owner?: string,
  ): Promise<TariffCheck>;
  /** The files must have passed `check` with the same `compat`. */
  compile(version: TariffVersion, files: Record<string, string>): Promise<Snapshot>;
  close(): Promise<void>;
}
