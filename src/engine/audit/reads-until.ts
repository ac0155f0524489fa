// A store whose long reads over CDRs end with a signal: an audit reads in many places.
import type { Store } from "../../stores/store.ts";

/** The same store; its reads of many CDRs throw the reason of the signal once that is aborted. */
export function readsUntil(store: Store, signal: AbortSignal): Store {
  const { cdrs, rollups } = store;
  return {
    ...store,
    rollups: {
      ...rollups,
      summarize: (query, options) => rollups.summarize(query, { ...options, signal }),
    },
    cdrs: {
      ...cdrs,
      find: (query, options) => cdrs.find(query, { ...options, signal }),
      scan: (filter, size, options) => cdrs.scan(filter, size, { ...options, signal }),
      count: (filter, options) => cdrs.count(filter, { ...options, signal }),
      nthCallTime: (filter, nth, options) => cdrs.nthCallTime(filter, nth, { ...options, signal }),
      summarize: (query, options) => cdrs.summarize(query, { ...options, signal }),
      keyFaults: (filter, options) => cdrs.keyFaults(filter, { ...options, signal }),
    },
  };
}
