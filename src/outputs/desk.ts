// Which outputs of the settings this process runs, and what is told of all of them.
import type { OutputDesk, OutputView } from "../engine/outputs.ts";
import { createHolder, type Held, type SeenRun } from "../feeds/holder.ts";
import type { FeedStore } from "../stores/ports/feeds.ts";
import { beginningOf, type PumpParts, startPump } from "./pump.ts";
import type { OutputSettings } from "./settings.ts";
import { stateOf } from "./state.ts";

export interface OutputDeskParts extends PumpParts {
  feeds: FeedStore;
  settings: readonly OutputSettings[];
  leaseMs: number;
}

export function createOutputDesk(parts: OutputDeskParts): OutputDesk {
  const { feeds, clock, log, settings, leaseMs } = parts;
  const holder = createHolder({
    ...{ feeds, clock, log, settings, leaseMs, noun: "output" },
    // No feed has such a name.
    keptAs: (name) => `output:${name}`,
    begin: (one: OutputSettings, lease) => startPump(parts, one, lease),
  });
  const list = async () => (await holder.seen()).map(viewOf);
  async function get(name: string): Promise<OutputView> {
    const view = (await list()).find((one) => one.name === name);
    if (view === undefined) throw new Error("one output has one view");
    return view;
  }
  return {
    list,
    async get(name) {
      holder.requireOne(name);
      return get(name);
    },
    async start(name, from) {
      const begin = from && (await beginningOf(parts, from));
      const place = begin && {
        after: begin.after ?? null,
        ...(begin.period > 0 && { period: begin.period }),
      };
      await holder.start(name, place);
      return get(name);
    },
    async stop(name) {
      await holder.stop(name);
      return get(name);
    },
    look: holder.look,
    close: holder.close,
  };
}

/** As it runs here, else as whoever runs it, or ran it last, wrote it down. */
function viewOf({
  one: { name, kind },
  record,
  run,
  runs,
}: SeenRun<Held> & { one: OutputSettings }): OutputView {
  const kept = run?.toJson() ?? record?.state ?? {};
  const position = (run?.lease.record() ?? record)?.position ?? null;
  const stopped = record?.isStopped ?? false;
  return { name, kind, stopped, runs, state: stateOf(kept, position) };
}
