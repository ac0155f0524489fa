// The steps of normalisation, in order: the one place that says what happens after what.
import { clean, postDial } from "./steps/clean.ts";
import {
  internationalForm,
  localForm,
  nationalForm,
  notUnderstood,
} from "./steps/dialled-forms.ts";
import { outsideLine, serviceCode, techPrefix } from "./steps/leading-codes.ts";
import { alphanumeric, anonymous } from "./steps/letters.ts";
import { planChange } from "./steps/plan-change.ts";
import { shortNumber } from "./steps/short-numbers.ts";
import type { Step, StepFunction } from "./steps/step.ts";
import { unwrap } from "./steps/unwrap.ts";
import { validate } from "./steps/validate.ts";
import { wholesaleDigits, wholesaleE164 } from "./steps/wholesale.ts";

function open(id: string, run: StepFunction): Step {
  return { id, when: "open", leavesDigits: false, run };
}

/** Of what is not digits alone: a plain number needs none of these. */
function around(id: string, run: StepFunction): Step {
  return { id, when: "open", leavesDigits: true, run };
}

function decided(id: string, run: StepFunction): Step {
  return { id, when: "decided", leavesDigits: false, run };
}

const validation = decided("validate", validate);

/** A country's rule set. The tail is cut after the codes in front, which hold the same signs. */
export const COUNTRY_STEPS: readonly Step[] = [
  around("unwrap", unwrap),
  around("clean", clean),
  open("anonymous", anonymous),
  around("alphanumeric", alphanumeric),
  open("service-code", serviceCode),
  open("tech-prefix", techPrefix),
  around("post-dial", postDial),
  open("short-number", shortNumber),
  open("outside-line", outsideLine),
  open("international-form", internationalForm),
  open("national-form", nationalForm),
  open("local-form", localForm),
  open("not-understood", notUnderstood),
  decided("plan-change", planChange),
  validation,
];

const WHOLESALE_START: readonly Step[] = [
  around("unwrap", unwrap),
  around("clean", clean),
  open("anonymous", anonymous),
  around("alphanumeric", alphanumeric),
  open("tech-prefix", techPrefix),
  around("post-dial", postDial),
];

export const WHOLESALE_DIGITS_STEPS: readonly Step[] = [
  ...WHOLESALE_START,
  open("wholesale-digits", wholesaleDigits),
  validation,
];

export const WHOLESALE_E164_STEPS: readonly Step[] = [
  ...WHOLESALE_START,
  open("wholesale-e164", wholesaleE164),
  validation,
];
