// Ties what builds conditions to the members of the filter: a table that lacks one does not compile.
import type { CdrConditions } from "./cdr-query.ts";

/** Member of the filter → the conditions of a store for what is wanted of it; none: all match. */
export type MemberConditions<Condition> = {
  readonly [Member in keyof Required<CdrConditions>]: (
    wanted: Required<CdrConditions>[Member],
  ) => Condition[];
};

/** The conditions of each member that is there, in the order of the table. */
export function conditionsOf<Condition>(
  table: MemberConditions<Condition>,
  wanted: CdrConditions,
): Condition[] {
  return (Object.keys(table) as (keyof CdrConditions)[]).flatMap((member) => {
    const value = wanted[member];
    const build = table[member] as (value: unknown) => Condition[];
    return value === undefined ? [] : build(value);
  });
}
