// Schedules in the settings: where reports may be sent to beside mail, and how often it is tried.
import { z } from "zod";
import { ownName, requireOwnNames } from "../../feeds/own-name.ts";
import { webhookAccess, webhookUrl } from "../settings.ts";

const everyTarget = {
  name: ownName.describe("By which a schedule names it."),
  tenants: z
    .array(z.string().min(1))
    .min(1)
    .max(1000)
    .optional()
    .describe("Whose schedules may name it; absent: those of credentials for every tenant."),
};

const folderSettings = z.strictObject({
  ...everyTarget,
  path: z.string().min(1).describe("The folder; it must be there."),
});
export type FolderSettings = z.output<typeof folderSettings>;

const hookSettings = z.strictObject({
  ...everyTarget,
  url: webhookUrl.describe("What is posted to."),
  ...webhookAccess,
  timeoutSeconds: z
    .number()
    .min(0.1)
    .max(300)
    .default(10)
    .describe("How long the receiver has to answer."),
});
export type HookSettings = z.output<typeof hookSettings>;

export const scheduleSettings = z.strictObject({
  folders: z.array(folderSettings).max(100).superRefine(requireOwnNames).default([]),
  webhooks: z.array(hookSettings).max(100).superRefine(requireOwnNames).default([]),
  resendUnknown: z
    .boolean()
    .default(false)
    .describe("Whether a mail that may have been taken is sent again, with the same Message-ID."),
  tries: z
    .int()
    .min(1)
    .max(1000)
    .default(24)
    .describe("Tries of one delivery before it is given up."),
  deliveryDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(400)
    .describe("Days that deliveries are listed."),
});
export type ScheduleSettings = z.output<typeof scheduleSettings>;
