// Keys of the rows that sums of a rerate are kept by: plain texts, so that a checkpoint is JSON.

/** What the row of the movers that were put together is called. */
const OTHERS = "*others";

/** A key with its currency: currencies never share a row. A space stands for no key at all. */
export function rowKey(key: string | null, currency: string): string {
  return `${currency}${key === null ? " " : ":"}${key ?? ""}`;
}

/** Tenants may have accounts of the same name. */
export function accountKey(
  { tenant, account }: { tenant: string; account: string },
  currency: string,
): string {
  return `${currency}@${tenant.length}:${tenant}${account}`;
}

/** No account or carrier, whatever it is called, shares this row. */
export function othersKey(currency: string): string {
  return `${currency}*`;
}

export interface RowName {
  currency: string;
  key: string | null;
  tenant: string | null;
  isOthers: boolean;
}

export function readRowKey(text: string): RowName {
  const [, currency = "", mark, key = ""] = /^([^ :@*]*)([ :@*])(.*)$/s.exec(text) ?? [];
  const name = { currency, tenant: null, isOthers: mark === "*" };
  if (mark === "*") return { ...name, key: OTHERS };
  if (mark !== "@") return { ...name, key: mark === " " ? null : key };
  const [head = "", length] = /^(\d+):/.exec(key) ?? [];
  const end = head.length + Number(length);
  return { ...name, tenant: key.slice(head.length, end), key: key.slice(end) };
}
