// JSON-RPC: accounts by page, with what is said of each.
import { z } from "zod";
import { method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";
import { accountEntry, search, viewAccount } from "./entry.ts";

export const listAccountsMethod = method({
  name: "account.list",
  summary:
    "Accounts that the settings or the store say something of, page by page: by tenant and account. A page may be short and have more after it.",
  permission: "account.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({
    tenant: name.optional().describe("absent: every tenant that the caller may see"),
    search,
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ accounts: z.array(accountEntry), nextCursor: z.string().optional() }),
  example: { search: "10", limit: 5 },
  async run(query, { engine, caller }) {
    const { entries, next } = await engine.master.accounts.list(query, caller.scope);
    const accounts = entries.map(viewAccount);
    return { accounts, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});
