// The files of a certificate in the settings.
import { z } from "zod";

/** PEM files; both are read again when they change. */
export const tlsSettings = z.strictObject({
  /** The certificate, then those that lead to a known authority. */
  cert: z.string().min(1),
  /** Its private key, without a passphrase. */
  key: z.string().min(1),
});
export type TlsSettings = z.infer<typeof tlsSettings>;
