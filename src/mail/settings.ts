// Mail in the settings: whose server it is given to, and whom it may be sent to.
import { z } from "zod";
import { mailAddress, mailDomain } from "./address.ts";

const address = z
  .string()
  .max(254)
  .refine((text) => mailAddress(text) !== null, "a mail address, e.g. billing@example.com");

const allowed = z
  .string()
  .max(254)
  .refine(
    (text) => (text.includes("@") ? mailAddress(text) !== null : mailDomain(text) !== null),
    "a mail address, or a domain",
  );

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

export const mailSettings = z
  .strictObject({
    host: z.string().min(1).max(253).describe("Name or address of the mail server."),
    port: z.int().min(1).max(65_535).optional().describe("Absent: 587, 465 or 25, by `tls`."),
    tls: z
      .enum(["starttls", "implicit", "none"])
      .default("starttls")
      .describe("How the line is made safe: without it nothing is sent, but with `none`."),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file of who signed the server's certificate; absent: those that Node trusts."),
    user: z.string().min(1).max(256).optional().describe("User of the server."),
    passwordEnv: z.string().min(1).optional().describe("Variable with its password."),
    passwordFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
    from: address.describe("Address of the sender."),
    fromName: z.string().min(1).max(100).default("cdrate").describe("Name of the sender."),
    replyTo: address.optional().describe("Where answers go; absent: to the sender."),
    allow: z
      .array(allowed)
      .min(1)
      .max(1000)
      .optional()
      .describe("The only domains and addresses that it is sent to; absent: every one."),
    connectSeconds: z.number().min(0.1).max(300).default(10).describe("Until it is connected."),
    answerSeconds: z
      .number()
      .min(0.1)
      .max(600)
      .default(60)
      .describe("How long the server has for each answer."),
    totalSeconds: z
      .number()
      .min(0.1)
      .max(3600)
      .default(300)
      .describe("How long one mail may take, from the connection to the last answer."),
    bytes: z
      .int()
      .min(10_000)
      .max(100_000_000)
      .default(10_000_000)
      .describe("The largest mail, as it is sent: attachments grow by a third."),
  })
  .superRefine((mail, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const { user, passwordEnv, passwordFile, tls, host } = mail;
    const hasPassword = passwordEnv !== undefined || passwordFile !== undefined;
    if (passwordEnv !== undefined && passwordFile !== undefined) {
      fault("passwordEnv", "give either passwordEnv or passwordFile");
    }
    if ((user !== undefined) !== hasPassword) {
      fault("user", "user goes with passwordEnv or passwordFile");
    }
    if (mail.ca !== undefined && tls === "none") fault("ca", "an open line has no certificate");
    if (user !== undefined && tls === "none" && !LOOPBACK.test(host)) {
      fault("tls", "a password would go over an open line: only to this machine itself");
    }
  });
export type MailSettings = z.output<typeof mailSettings>;
