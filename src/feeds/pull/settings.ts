// What the settings of every feed that pulls say.
import { z } from "zod";

export const pullSettings = {
  everySeconds: z
    .number()
    .min(0.05)
    .max(3600)
    .default(5)
    .describe("How often it is asked for more."),
  batchRows: z.int().min(1).max(5000).default(500).describe("Records that are read at once."),
  overlapSeconds: z
    .int()
    .min(0)
    .max(604_800)
    .optional()
    .describe("How late a record may come: by key 300, by time 7800, of a collection 3600."),
  overlapRows: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(20_000)
    .describe("Records that are looked at again for it at most."),
  once: z.boolean().default(false).describe("It ends when everything that is there was read."),
};

/** How a server is spoken to. */
export const serverSettings = {
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: z.string().min(1).optional().describe("PEM file of who signed its certificate."),
        serverName: z
          .string()
          .min(1)
          .optional()
          .describe("Name in the certificate, where it is not the host."),
      }),
    ])
    .default(false)
    .describe("The server must speak TLS, with a good certificate."),
  secretEnv: z.string().min(1).optional().describe("Variable with the password."),
  secretFile: z.string().min(1).optional().describe("Or a file with nothing else in it."),
};
