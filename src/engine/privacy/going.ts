// What is erased and what is masked, on the same holds.
import { createRetentions, type RetentionParts, type Retentions } from "../retention/retentions.ts";
import { createMaskings, type Maskings } from "./maskings.ts";

export interface Going {
  readonly retentions: Retentions;
  readonly maskings: Maskings;
}

export interface GoingSettings {
  /** Extra fields that are masked whole with the numbers of a CDR; none when not said. */
  maskedFields?: readonly string[] | undefined;
  /** Days that keys of erased CDRs are kept; for ever when not said. */
  keptKeyDays?: number | undefined;
}

export function goingRooms(
  { maskedFields = [], keptKeyDays }: GoingSettings,
  parts: Omit<RetentionParts, "keptKeyDays">,
): Going {
  return {
    retentions: createRetentions({ ...parts, keptKeyDays }),
    maskings: createMaskings({ ...parts, maskedFields }),
  };
}
