// Which source a sender is, and whether it may send.
import { engineError } from "../errors.ts";
import {
  createSourceChooser,
  type Sender,
  type SourceSettings,
} from "../mediation/source-settings.ts";
import type { SourceChanges } from "./source-changes.ts";

export interface Senders {
  /** The configured source that a sender is. @throws `forbidden` when it may not send from its address */
  sourceOf(sender: Sender): SourceSettings;
  /** The same, wherever the sender is. */
  chosenSource(sender: Sender): SourceSettings;
}

export function createSenders(
  sources: readonly SourceSettings[],
  changes: Pick<SourceChanges, "refusal">,
): Senders {
  const choose = createSourceChooser(sources);
  return {
    chosenSource: (sender) => choose(sender).source,
    sourceOf(sender) {
      const { source } = choose(sender);
      const { address } = sender;
      if (changes.refusal(source, { door: "HTTPS", address }) !== "address") return source;
      throw engineError("forbidden", "Records are not taken from this address.", {
        hint: "The source's `allow` in the settings names the addresses that may send.",
      });
    },
  };
}
