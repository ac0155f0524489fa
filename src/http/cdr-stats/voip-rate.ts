// GET /rest-api/voip-rate/, as CDR-Stats answers it; errors of its own are { error } with status 200.
import type Router from "@koa/router";
import type { Context } from "koa";
import { requirePermission } from "../../access/permissions.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Access } from "../access/access.ts";

type Found = Awaited<ReturnType<Engine["voipRates"]["find"]>>;
type Rate = Extract<Found, { ok: true }>["rates"][number];

export function addVoipRateRoute(
  router: Router,
  parts: { engine: Engine; accessOf(context: Context): Access | Promise<Access> },
): void {
  router.get(["/rest-api/voip-rate/", "/rest-api/voip-rate"], async (sent) => {
    const context = sent as Context;
    const access = await parts.accessOf(context);
    requirePermission(access, "rating.price");
    context.body = await answerOf(parts.engine, context, access);
  });
}

async function answerOf(engine: Engine, context: Context, { scope }: Access): Promise<unknown> {
  const asked = (name: string): string | undefined => {
    const value = context.query[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const [dialcode, number] = [asked("dialcode"), asked("recipient_phone_no")];
  const who = { tenant: asked("tenant"), account: asked("account") };
  if (dialcode === "") return fault("Please enter dialcode");
  if (number === "") return fault("Please enter recipient_phone_no");
  if (number !== undefined) {
    const found = await engine.voipRates.find({ ...who, number }, scope);
    return found.ok ? found.rates.map(viewOf) : fault(TEXTS[found.why](number));
  }
  const code = wholeNumber(dialcode ?? "");
  if (code === null) return fault("Wrong value for dialcode !");
  const order = orderOf(asked("sort_field"), asked("sort_order") ?? asked("order"));
  if (typeof order === "string") return fault(order);
  const found = await engine.voipRates.find({ ...who, dialcode: code }, scope);
  if (!found.ok) return fault(TEXTS[found.why](""));
  return found.rates.sort(order).map(viewOf);
}

const TEXTS = {
  "no-plan": () => "User is not attached with voip plan",
  "no-digits": () => "Wrong value for recipient_phone_no !",
  banned: (number: string) => `Not allowed : ${number}`,
} as const;

const fault = (text: string) => ({ error: text });

/** Empty: all; null: no whole number. */
function wholeNumber(text: string): string | null {
  const digits = /^\s*\+?0*(\d{0,15})\s*$/.exec(text)?.[1];
  return digits ?? null;
}

function viewOf({ prefix, rate, destination }: Rate) {
  return { prefix: Number(prefix), retail_rate: rate, prefix__destination: destination };
}

const FIELDS: Readonly<Record<string, (a: Rate, b: Rate) => number>> = {
  prefix: byPrefix,
  retail_rate: (a, b) => Number(a.rate) - Number(b.rate) || byPrefix(a, b),
  // What has no name comes behind all names.
  destination: (a, b) => {
    const [left, right] = [a.destination, b.destination];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || byPrefix(a, b);
    }
    return left < right ? -1 : left > right ? 1 : byPrefix(a, b);
  },
};

function byPrefix(a: Rate, b: Rate): number {
  return Number(a.prefix) - Number(b.prefix);
}

/** Names that are not in the list are refused by name: they never reach a query. */
function orderOf(field = "prefix", direction = "asc"): ((a: Rate, b: Rate) => number) | string {
  const compare = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (compare === undefined) return "Wrong value for sort_field !";
  const word = direction.toLowerCase();
  if (word !== "asc" && word !== "desc") return "Wrong value for sort_order !";
  return word === "asc" ? compare : (a, b) => compare(b, a);
}
