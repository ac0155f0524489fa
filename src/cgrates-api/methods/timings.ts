// Rating plans and timings in force, as the engine keeps them.
import { parseNumberList } from "../../cgrates/folder/field-values.ts";
import { predefinedTimings } from "../../cgrates/folder/read-plans.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import { TIMINGS } from "../../cgrates/layers/objects.ts";
import { int, list, struct, text } from "../codec/go-type.ts";
import { ApiError, requireMembers, type Service } from "../method.ts";
import { ratingPlanView, timingView } from "../views/rating-plan.ts";
import { changed, objects, read, write } from "./live-objects.ts";

const getPlan = read(text, async (id: string, { engine, caller }) => {
  const snapshot = await engine.livePlans.inForce(caller.scope);
  const plan = snapshot?.plans.get(id);
  if (snapshot == null || plan === undefined) throw new ApiError("NOT_FOUND");
  return ratingPlanView(snapshot, plan);
});

const ofTiming = struct("utils.ArgsGetTimingID", { ID: text });

const getTiming = read(ofTiming, async ({ ID }: { ID: string }, context) => {
  const predefined = predefinedTimings().get(ID);
  if (predefined !== undefined) return timingView({ tag: ID, written: predefined });
  const row = (await objects(TIMINGS, context)).get(ID)?.at(-1);
  if (row === undefined) throw new ApiError("NOT_FOUND");
  const [, years = "", months = "", monthDays = "", weekDays = "", time = ""] = row;
  const [StartTime = "", EndTime = ""] = time.split(";");
  const listOf = (cell: string) => parseNumberList(cell).numbers;
  return {
    ...{ ID, Years: listOf(years), Months: listOf(months), MonthDays: listOf(monthDays) },
    ...{ WeekDays: listOf(weekDays), StartTime, EndTime },
  };
});

const numbers = list(int);
const LISTS = ["Years", "Months", "MonthDays", "WeekDays"] as const;

const setTiming = write(
  struct("utils.TPTiming", {
    ID: text,
    ...Object.fromEntries(LISTS.map((name) => [name, numbers])),
    StartTime: text,
    EndTime: text,
  }),
  async (asked, context) => {
    requireMembers(asked, ["ID"]);
    const lists = LISTS.map((name) => asked[name]?.join(";") || "*any");
    const { ID, StartTime, EndTime } = asked;
    const time = EndTime === "" ? StartTime : `${StartTime};${EndTime}`;
    const act = { act: "APIerSv1.SetTiming", subject: ID };
    const files = { "Timings.csv": csvRow([ID, ...lists, time]) };
    return changed({ files }, act, context);
  },
);

const removeTiming = write(ofTiming, async (asked, context) => {
  requireMembers(asked, ["ID"]);
  if (!(await objects(TIMINGS, context)).has(asked.ID)) throw new ApiError("NOT_FOUND");
  const act = { act: "APIerSv1.RemoveTiming", subject: asked.ID };
  return changed({ files: {}, removed: [[TIMINGS.kind, asked.ID]] }, act, context);
});

export const timings: Service = {
  GetRatingPlan: getPlan,
  GetTiming: getTiming,
  SetTiming: setTiming,
  RemoveTiming: removeTiming,
};
