// What is erased and what is masked, on the same holds.
import { createRetentions, type RetentionParts, type Retentions } from "../retention/retentions.ts";
import { createMaskings, type Maskings } from "./maskings.ts";

export interface Going {
  readonly retentions: Retentions;
  readonly maskings: Maskings;
}

/** `maskedFields`: extra fields that are masked whole; none when not said. */
export function goingRooms(
  { maskedFields = [] }: { maskedFields?: readonly string[] | undefined },
  parts: RetentionParts,
): Going {
  return {
    retentions: createRetentions(parts),
    maskings: createMaskings({ ...parts, maskedFields }),
  };
}
