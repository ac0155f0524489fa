// The answer to a Digest challenge, against the examples that the RFCs print.
import { describe, expect, it } from "vitest";
import { digestAnswer } from "../../../src/feeds/ucm-pull/digest.ts";

const REQUEST = {
  user: "Mufasa",
  password: "Circle Of Life",
  method: "GET",
  uri: "/dir/index.html",
  nonce: "0a4f113b",
};
const NONCE = 'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"';
const REALM = 'realm="testrealm@host.com"';

describe("the answer to a Digest challenge", () => {
  it("is that of RFC 2617", () => {
    const challenge = `Digest ${REALM}, qop="auth,auth-int", ${NONCE}, opaque="5ccc069c403ebaf9f0171e9517f40e41"`;
    expect(digestAnswer(challenge, REQUEST)).toBe(
      `Digest username="Mufasa", ${REALM}, ${NONCE}, uri="/dir/index.html", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001, cnonce="0a4f113b"`,
    );
  });

  it("is that of RFC 2069 where no qop is asked for (errata 749)", () => {
    const request = { ...REQUEST, password: "CircleOfLife" };
    expect(digestAnswer(`digest ${REALM},${NONCE}, algorithm=md5`, request)).toContain(
      'response="1949323746fe6a43ef61f9606e7febea"',
    );
  });

  it("is found beside other ways to log in, and its texts stay quoted", () => {
    const challenge = `Basic realm="x", Digest realm="a \\"b\\"", nonce=abc, qop=auth`;
    expect(digestAnswer(challenge, REQUEST)).toMatch(/realm="a \\"b\\"", nonce="abc"/);
  });

  it.each([
    'Basic realm="x"',
    `Digest ${REALM}, ${NONCE}, algorithm=SHA-256`,
    `Digest ${REALM}, ${NONCE}, qop="auth-int"`,
    "",
  ])("is none where %j asks for something else", (challenge) => {
    expect(digestAnswer(challenge, REQUEST)).toBeNull();
  });
});
