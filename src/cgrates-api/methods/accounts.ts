// Accounts without balances: those that were set, and those of the plan in force.
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { forEachRow } from "../../cgrates/folder/csv-rows.ts";
import { createFaultList } from "../../cgrates/folder/fault-list.ts";
import type { LiveAccount } from "../../engine/live/accounts.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, bool, float, int, map, struct, text, texts } from "../codec/go-type.ts";
import {
  type ApiContext,
  ApiError,
  type ApiMethod,
  requireMembers,
  type Service,
  serverError,
} from "../method.ts";
import { readDuration } from "../values/duration.ts";
import { formerView, type KnownAccount, modernView, type Trigger } from "../views/account.ts";

const ofAccount = { Tenant: text, Account: text };

function nameOf({ Tenant, Account }: Decoded) {
  return { tenant: Tenant || DEFAULT_TENANT, account: Account };
}

/** The rows of a file in the layers in force, the lowest layer first. */
export async function rowsInForce(
  file: string,
  { engine, caller }: ApiContext,
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { files } of await engine.livePlans.layers(caller.scope)) {
    for (const [name, written] of Object.entries(files)) {
      if (!name.endsWith(`/${file}.csv`)) continue;
      const source = { file: name, text: written, faults: createFaultList() };
      forEachRow(source, ({ fields }) => rows.push([...fields]));
    }
  }
  return rows;
}

/** The accounts of a tenant, by name, with their triggers. */
async function accountsOf(tenant: string, context: ApiContext): Promise<Map<string, KnownAccount>> {
  const found = new Map<string, KnownAccount>();
  const triggers = await triggersInForce(context);
  for (const row of await rowsInForce("AccountActions", context)) {
    const [owner, account = "", , triggerTag = "", allowNegative, disabled] = row;
    if (owner !== tenant) continue;
    found.set(account, {
      ...{
        tenant,
        account,
        allowNegative: allowNegative === "true",
        disabled: disabled === "true",
      },
      triggers: triggers.get(triggerTag) ?? null,
    });
  }
  for (const set of await context.engine.liveAccounts.list(tenant, context.caller.scope)) {
    const { account, isRemoved, hasNoTriggers } = set;
    const own = hasNoTriggers ? [] : (found.get(account)?.triggers ?? null);
    if (isRemoved) found.delete(account);
    else found.set(account, { ...set, triggers: own });
  }
  return found;
}

async function triggersInForce(context: ApiContext): Promise<Map<string, Trigger[]>> {
  const byTag = new Map<string, Trigger[]>();
  for (const row of await rowsInForce("ActionTriggers", context)) {
    const [tag = "", uniqueId = "", type = "", value, recurrent, sleep = "", , , balance = ""] =
      row;
    const [balanceType = ""] = row.slice(9);
    const [actions = "", weight] = row.slice(19);
    const trigger = {
      ...{ tag, uniqueId, type, value: Number(value), isRecurrent: recurrent === "true" },
      ...{ minSleepNs: readDuration(sleep), balance, balanceType, actions },
      weight: Number(weight),
    };
    byTag.set(tag, [...(byTag.get(tag) ?? []), trigger]);
  }
  return byTag;
}

type View = (account: KnownAccount) => unknown;

function read(params: ApiMethod["params"], run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.read", writes: false, run };
}

function write(params: ApiMethod["params"], run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "account.write", writes: true, run };
}

const getAccount = (view: View) =>
  read(struct("utils.AttrGetAccount", ofAccount), async (asked, context) => {
    const { tenant, account } = nameOf(asked);
    const found = (await accountsOf(tenant, context)).get(account);
    if (found === undefined) throw new ApiError("NOT_FOUND");
    return view(found);
  });

const listParams = struct("utils.AttrGetAccounts", {
  ...{ Tenant: text, AccountIDs: texts, Offset: int, Limit: int },
  Filter: map(bool),
});

const getAccounts = (view: View) =>
  read(listParams, async (asked, context) => {
    const { AccountIDs: ids = [], Offset = 0, Limit, Filter = {} } = asked;
    const found = [...(await accountsOf(asked.Tenant || DEFAULT_TENANT, context)).values()]
      .filter(({ account }) => ids.length === 0 || ids.includes(account))
      .filter(({ allowNegative }) => allowNegative === (Filter.AllowNegative ?? allowNegative))
      .filter(({ disabled }) => disabled === (Filter.Disabled ?? disabled));
    return found.slice(Offset, Limit ? Offset + Limit : undefined).map(view);
  });

const count = read(struct("utils.TenantWithAPIOpts", { Tenant: text }), async (asked, context) => {
  return (await accountsOf(asked.Tenant || DEFAULT_TENANT, context)).size;
});

async function set(
  act: string,
  { asked, context }: { asked: Decoded; context: ApiContext },
  marks: Partial<LiveAccount>,
): Promise<"OK"> {
  requireMembers(asked, ["Account"]);
  const { engine, caller } = context;
  const name = nameOf(asked);
  const before = (await accountsOf(name.tenant, context)).get(name.account);
  const { allowNegative = false, disabled = false, triggers = null } = before ?? {};
  const now = { allowNegative, disabled, hasNoTriggers: triggers?.length === 0, isRemoved: false };
  await engine.liveAccounts.set(
    { ...name, ...now, ...marks },
    { by: caller, act: `APIerSv1.${act}`, subject: name.account, scope: caller.scope },
  );
  return "OK";
}

const setParams = struct("v2.AttrSetAccount", {
  ...ofAccount,
  ...{ ActionPlanIDs: texts, ActionPlansOverwrite: bool },
  ...{ ActionTriggerIDs: texts, ActionTriggerOverwrite: bool, ActionTriggersOverwrite: bool },
  ...{ ExtraOptions: map(bool), ReloadScheduler: bool },
});

const setAccount = write(setParams, async (asked, context) => {
  requireMembers(asked, ["Account"]);
  const { ActionPlanIDs: plans = [], ActionTriggerIDs: triggers = [], ExtraOptions = {} } = asked;
  await requireKnown("ActionPlans", plans, context);
  await requireKnown("ActionTriggers", triggers, context);
  const isCleared = asked.ActionTriggerOverwrite || asked.ActionTriggersOverwrite;
  const { AllowNegative, Disabled } = ExtraOptions;
  return set(
    "SetAccount",
    { asked, context },
    {
      ...(AllowNegative !== undefined && { allowNegative: AllowNegative }),
      ...(Disabled !== undefined && { disabled: Disabled }),
      ...(isCleared && { hasNoTriggers: true }),
    },
  );
});

/** @throws ApiError for a name that the files in force do not have */
async function requireKnown(file: string, names: string[], context: ApiContext): Promise<void> {
  if (names.length === 0) return;
  const known = new Set((await rowsInForce(file, context)).map(([name]) => name));
  if (!names.every((name) => known.has(name))) throw serverError("NOT_FOUND");
}

const removeAccount = write(
  struct("utils.AttrRemoveAccount", { ...ofAccount, ReloadScheduler: bool }),
  async (asked, context) => {
    requireMembers(asked, ["Account"]);
    const { tenant, account } = nameOf(asked);
    if (!(await accountsOf(tenant, context)).has(account)) return "OK";
    return set("RemoveAccount", { asked, context }, { isRemoved: true });
  },
);

/** Of money of accounts nothing is kept: what would change it is refused, never taken and forgotten. */
const NO_BALANCES = "balances are not kept: they are the business of a billing system";

const balanceParams = struct("utils.AttrSetBalance", {
  ...{ ...ofAccount, BalanceType: text, Value: float, Balance: map(any) },
  ...{ ActionExtraData: map(any), Cdrlog: bool, Overwrite: bool },
});

function balance(requireMore: (asked: Decoded) => void = () => undefined): ApiMethod {
  return write(balanceParams, (asked) => {
    requireMembers(asked, ["Account", "BalanceType"]);
    requireMore(asked);
    throw serverError(NO_BALANCES);
  });
}

/** There is none that could be removed, which is what the engine says then. */
const removeBalances = write(balanceParams, (asked) => {
  requireMembers(asked, ["Account", "BalanceType"]);
  throw new ApiError("PARTIALLY_EXECUTED");
});

/** Clients name the balance by one of two members, in whatever letters. */
function requireNamed({ Balance = {} }: Decoded): void {
  const names = Object.entries(Balance).filter(([, value]) => value !== "" && value !== null);
  if (names.some(([name]) => /^(id|uuid)$/i.test(name))) return;
  throw new ApiError("MANDATORY_IE_MISSING: [BalanceID or BalanceUUID]");
}

const both: Service = {
  SetAccount: setAccount,
  RemoveAccount: removeAccount,
  GetAccountsCount: count,
  AddBalance: balance(),
  DebitBalance: balance(),
  SetBalance: balance(requireNamed),
  RemoveBalances: removeBalances,
};

export const accounts: Service = {
  ...both,
  GetAccount: getAccount(formerView),
  GetAccounts: getAccounts(formerView),
};
export const accountsV2: Service = {
  ...both,
  GetAccount: getAccount(modernView),
  GetAccounts: getAccounts(modernView),
};

/** Clients of before 2019 refuse a member that they do not know. */
const withoutTime: View = (account) => {
  const { UpdateTime: _time, ...view } = modernView(account);
  return view;
};
export const formerAccountsV2: Service = {
  GetAccount: getAccount(withoutTime),
  GetAccounts: getAccounts(withoutTime),
};
