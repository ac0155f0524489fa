// A self-signed certificate for 127.0.0.1, made anew for each test: no private key lies about.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const DER = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  utf8: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
};
/** RFC 5758: ecdsa-with-SHA256. RFC 5280: commonName, subjectAltName. */
const OID = {
  ecdsaSha256: Buffer.from("06082a8648ce3d040302", "hex"),
  commonName: Buffer.from("0603550403", "hex"),
  subjectAltName: Buffer.from("0603551d11", "hex"),
};

function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** @param name the common name, to tell one certificate from another */
export function selfSigned(name: string): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(DER.sequence, OID.ecdsaSha256);
  const names = der(
    DER.sequence,
    der(DER.set, der(DER.sequence, OID.commonName, der(DER.utf8, name))),
  );
  const alternatives = der(
    DER.sequence,
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x82, "localhost"),
  );
  const extension = der(DER.sequence, OID.subjectAltName, der(DER.octets, alternatives));
  const facts = der(
    DER.sequence,
    der(0xa0, der(DER.integer, Buffer.from([2]))),
    der(DER.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    names,
    der(DER.sequence, der(DER.time, "200101000000Z"), der(DER.time, "491231235959Z")),
    names,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(DER.sequence, extension)),
  );
  const signature = sign("sha256", facts, privateKey);
  const whole = der(DER.sequence, facts, algorithm, der(DER.bits, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replace(/(.{64})/g, "$1\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
