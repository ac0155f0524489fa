// What the state of the service tells: store, tariffs, feeds, outputs, what waits for somebody.
import type { OutputView } from "../outputs.ts";
import type { FeedView } from "../ports.ts";
import type { SystemStatus } from "../system-status.ts";
import { type Finding, notWell, ok, spanText } from "./findings.ts";

/** @param nowMs epoch milliseconds */
export function serviceFindings(status: SystemStatus, nowMs: number): Finding[] {
  return [
    ...storeFindings(status.store),
    ...tariffFindings(status),
    ...status.warnings.map(({ source, message }) =>
      notWell("fault", "source-settings", {
        ...{ subject: source, message },
        remedy: "Name a rule set that the tariff has, or load a tariff that has this one.",
      }),
    ),
    ...feedFindings(status.feeds, nowMs),
    ...outputFindings(status.outputs),
    ...waitingFindings(status),
    ...sumFindings(status.rollups),
  ];
}

function storeFindings({ kind, ok: isOk, fault, schema }: SystemStatus["store"]): Finding[] {
  if (!isOk || schema === undefined) {
    return [
      notWell("fault", "store", {
        ...{ subject: kind, message: fault ?? "The store does not answer." },
        remedy: "Calls are refused with 503 and are sent again by the switch; see to the store.",
      }),
    ];
  }
  const { version, latest, waiting, behind, indexes, cdrKey } = schema;
  return [
    ok("store", "The store takes durable writes.", kind),
    waiting === undefined
      ? ok("schema", `Schema ${version} of ${latest}${behind ? `; ${behind.title} goes on` : ""}`)
      : notWell("warning", "schema", {
          message: `Schema step ${waiting.step} (${waiting.title}) waits for processes of older builds.`,
          remedy: `Stop those of ${waiting.builds.join(", ")}.`,
        }),
    ...(cdrKey === "id"
      ? [
          notWell("warning", "schema", {
            message: "The key of CDRs is that of 0.1.0: two tenants cannot have one id.",
            remedy: "Copy the store with `cdrate store copy`; docs/store.md.",
          }),
        ]
      : []),
    indexFinding(indexes),
  ];
}

type Indexes = NonNullable<SystemStatus["store"]["schema"]>["indexes"];

function indexFinding(indexes: Indexes): Finding {
  if (indexes === undefined) return ok("indexes", "All indexes are there.");
  const { missing, fault, progress } = indexes;
  const at = progress === undefined ? "" : `, ${progress.done} of ${progress.total} documents`;
  return notWell(fault === undefined ? "warning" : "fault", "indexes", {
    message: `Indexes lack: ${missing.join(", ")}${at}${fault === undefined ? "" : `: ${fault}`}`,
    remedy:
      fault === undefined
        ? "They are being built; reads are slower until then."
        : "See what the server says; `cdrate store mend-indexes` makes them anew.",
  });
}

function tariffFindings({ tariffs, processes, store }: SystemStatus): Finding[] {
  if (!store.ok) return [];
  const late = processes.all - processes.ready;
  return [
    ...(tariffs.length === 0
      ? [
          notWell("fault", "tariffs", {
            message: "No tariff is in force: calls are stored without a price.",
            remedy: "Load one: `cdrate tariff load FOLDER --activate`; then `cdrate rerate`.",
          }),
        ]
      : tariffs.map(({ tenant, name, version, prefixes }) =>
          ok("tariffs", `${name} ${version} is in force, ${prefixes} prefixes`, tenant),
        )),
    late === 0
      ? ok("processes", `${processes.all} services use the store.`)
      : notWell("warning", "processes", {
          message: `${late} of ${processes.all} services do not price by the latest time line yet.`,
          remedy: "They follow within two seconds; one that was killed counts for a minute.",
        }),
  ];
}

function feedFindings(feeds: readonly FeedView[], nowMs: number): Finding[] {
  return feeds.flatMap(({ name: subject, stopped, runs, state }) => {
    const { fault, silentSince, connected, lastRecord, gaps, warnings } = state;
    const last = lastRecord === null ? "no record yet" : `last record ${lastRecord}`;
    const open = gaps.filter(({ filledBy }) => filledBy === null).length;
    const of = { subject, check: "feeds" as const };
    if (stopped) {
      return [
        notWell("warning", "feeds", {
          ...{ subject, message: `Somebody stopped it; ${last}.` },
          remedy: `cdrate feed start ${subject}`,
        }),
      ];
    }
    const found: Finding[] = [];
    if (fault !== null || (runs !== "nowhere" && !connected)) {
      found.push(
        notWell("fault", of.check, {
          ...{
            subject,
            message: `It is not connected: ${fault ?? "no reason is known"}; ${last}.`,
          },
          remedy: "See whether the other end is up and its address and password are right.",
        }),
      );
    } else if (runs === "nowhere") {
      found.push(
        notWell("fault", of.check, {
          ...{ subject, message: `No process runs it; ${last}.` },
          remedy: "Start a service with these settings (`cdrate serve`).",
        }),
      );
    }
    if (silentSince !== null) {
      const span = spanText(nowMs - Date.parse(silentSince));
      found.push(
        notWell("fault", of.check, {
          ...{
            subject,
            message: `It has been silent for ${span}, longer than it may be; ${last}.`,
          },
          remedy: "See whether the switch has calls and still writes its records.",
        }),
      );
    }
    for (const message of warnings) {
      const remedy = "docs/feeds.md says what each warning means.";
      found.push(notWell("warning", of.check, { subject, message, remedy }));
    }
    if (open > 0) {
      found.push(
        notWell("warning", of.check, {
          ...{ subject, message: `${open} gaps went by unseen and are not filled.` },
          remedy: `cdrate feed get ${subject}; import the switch's own records of that time.`,
        }),
      );
    }
    return found.length > 0 ? found : [ok("feeds", `It is connected; ${last}.`, subject)];
  });
}

function outputFindings(outputs: readonly OutputView[]): Finding[] {
  return outputs.map(({ name: subject, stopped, runs, state }) => {
    const { fault, caughtUp, lagSeconds, failures, warning } = state;
    if (stopped) {
      return notWell("warning", "outputs", {
        ...{ subject, message: "Somebody stopped it." },
        remedy: `cdrate output start ${subject}`,
      });
    }
    if (fault !== null) {
      return notWell("fault", "outputs", {
        ...{ subject, message: `The last try failed (${failures} so far): ${fault}` },
        remedy: "It is tried again by itself, and nothing is lost; see to its receiver.",
      });
    }
    if (runs === "nowhere") {
      return notWell("fault", "outputs", {
        ...{ subject, message: "No process runs it." },
        remedy: "Start a service with these settings (`cdrate serve`).",
      });
    }
    if (warning !== null) {
      const remedy = "docs/outputs.md says what it means.";
      return notWell("warning", "outputs", { subject, message: warning, remedy });
    }
    const lag = lagSeconds === null ? "" : `, ${lagSeconds} s behind`;
    return ok("outputs", caughtUp ? "All was taken." : `It sends${lag}.`, subject);
  });
}

function waitingFindings({ suspense, unpriced, store }: SystemStatus): Finding[] {
  if (!store.ok) return [];
  const open = suspense.tenants.filter((one) => one.open > 0);
  return [
    ...(open.length === 0
      ? [ok("suspense", "No record waits in suspense.")]
      : open.map(({ tenant, open: count }) =>
          notWell("warning", "suspense", {
            subject: tenant ?? "of no tenant",
            message: `${count} records wait in suspense.`,
            remedy: "cdrate suspense list; then retry or discard them.",
          }),
        )),
    ...(unpriced.length === 0
      ? [ok("unpriced", "Every call of the last seven days has its prices.")]
      : unpriced.map(({ tenant, outcome, reason, calls }) =>
          notWell("warning", "unpriced", {
            subject: tenant,
            message: `${calls} calls of the last seven days are ${outcome}${reason === null ? "" : `: ${reason}`}`,
            remedy: `docs/reasons.md says what lacks; then cdrate rerate plan --outcome ${outcome}`,
          }),
        )),
  ];
}

function sumFindings(rollups: SystemStatus["rollups"]): Finding[] {
  if (rollups === null) return [];
  const { on, quarters, dirty } = rollups;
  if (on || dirty === 0) {
    return [ok("kept-sums", `${quarters} quarter hours, ${dirty} of them to be made`)];
  }
  return [
    notWell("warning", "kept-sums", {
      message: `No process makes the sums of reports; ${dirty} quarter hours are read from CDRs.`,
      remedy: "Start a service, or set rollups: true in one.",
    }),
  ];
}
