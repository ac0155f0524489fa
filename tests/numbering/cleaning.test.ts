// Cleaning: one spelling of digits and signs, no separators, and what stands behind the number.
import { describe, expect, test } from "vitest";
import { clean, postDial } from "../../src/numbering/steps/clean.ts";
import { invalid } from "../../src/numbering/steps/step.ts";

function reading(text: string) {
  return { text, facts: {}, host: "", verdict: null };
}

describe("digits and signs", () => {
  test.each([
    ["Arabic", "٠١٢٣٤٥٦٧٨٩", "0123456789"],
    ["Persian", "۰۱۲۳۴۵۶۷۸۹", "0123456789"],
    ["Devanagari", "०१२३४५६७८९", "0123456789"],
    ["full width", "０１２３４５６７８９", "0123456789"],
    ["full-width +", "＋44", "+44"],
    ["full-width * and #", "＊31＃", "*31#"],
    ["a sign of no number stays", "12€34 5", "12€345"],
    ["a + written twice", "++44 1", "+441"],
    ["a + in the middle is no mark of an international number", "44 ++1", "44++1"],
    ["blanks around", " 44\t", "44"],
    ["hyphens, dots, brackets, slashes, tildes", "(1)2-3.4[5]6/7~8–9", "123456789"],
    ["invisible signs", "\u202a12\u00ad3\u200b4\u202c", "1234"],
  ])("%s: %s", (_what, text, cleaned) => {
    expect(clean(reading(text))).toStrictEqual({ text: cleaned });
  });

  test.each(["+442079460123", "", "112", "*31#34"])("%s is clean already", (text) => {
    expect(clean(reading(text))).toBeNull();
  });

  test.each([
    ["-34650", "-34650"],
    [" \u221234", "\u221234"],
  ])("%s is negative, and no number", (text, kept) => {
    expect(clean(reading(text))).toStrictEqual({ verdict: invalid(kept, "negative-number") });
  });
});

describe("(0)", () => {
  test.each([
    ["behind the calling code is a hint for callers at home", "+44(0)20 7946", "+44207946"],
    ["with a blank", "0044 (0)20 7946", "0044207946"],
    ["with brackets and a hyphen", "(+44)-(0)20 7946", "+44207946"],
    ["as the beginning of the number is dialled", "(0)20 7946", "0207946"],
    ["behind a service code is dialled", "*31#(0)20 7946", "*31#0207946"],
    ["behind a tech prefix is dialled", "99*(0)20 7946", "99*0207946"],
    ["belongs to Italian numbers", "+39 (0)6 1234", "+39061234"],
    ["Italian behind 00", "0039-(0)6 1234", "0039061234"],
    ["Italian behind 011", "011 39 (0)6 1234", "01139061234"],
    ["Italian with a blank behind the +", "+ 39(0)6 1234", "+39061234"],
    ["Italian behind 00 in brackets", "(0039)(0)6 1234", "0039061234"],
    ["Italian in brackets", "(+39) (0)6 1234", "+39061234"],
    ["Italian without a mark", "39 (0)6 1234", "39061234"],
    ["of another country whose number holds 39", "+44 39 (0)20", "+443920"],
    ["of another country, 39 behind it", "+44 (0)39 20", "+443920"],
  ])("%s: %s", (_what, text, cleaned) => {
    expect(clean(reading(text))).toStrictEqual({ text: cleaned });
  });
});

describe("extensions", () => {
  test.each([
    ["020 7946 x22", "0207946", "22"],
    ["0207946x22", "0207946", "22"],
    ["(020 7946) x 22", "0207946", "22"],
    ["0207946 ext 4711", "0207946", "4711"],
    ["0207946ext. 4711 ", "0207946", "4711"],
    ["0207946 Ext:4711", "0207946", "4711"],
    ["0207946 EXTENSION 1234567", "0207946", "1234567"],
  ])("%s", (text, number, extension) => {
    expect(clean(reading(text))).toStrictEqual({ text: number, facts: { extension } });
  });

  test.each([
    ["more than seven digits", "0207946 x12345678", "0207946x12345678"],
    ["something behind it", "0207946 x22 home", "0207946x22home"],
    ["no number before it", "x 22", "x22"],
  ])("none: %s", (_what, text, cleaned) => {
    expect(clean(reading(text))).toStrictEqual({ text: cleaned });
  });
});

describe("what was dialled after the number", () => {
  test.each([
    ["34650123456*234", "34650123456", "*234"],
    ["+34650123456#", "+34650123456", "#"],
    ["34650123456,,1#2*x", "34650123456", ",,1#2*x"],
    ["34650123456p12w3,4#5*", "34650123456", "p12w3,4#5*"],
    ["34650123456W", "34650123456", "W"],
    ["12*3", "12", "*3"],
    ["12*#*#*3", "12", "*#*#*3"],
    ["12*34", "12", "*34"],
    ["3450001*12345678", "3450001", "*12345678"],
  ])("%s", (text, number, tail) => {
    expect(postDial(reading(text))).toStrictEqual({ text: number, facts: { postDial: tail } });
  });

  test("more digits behind the sign than in a short number before it are no tail", () => {
    const verdict = invalid("345000*1234567", "feature-sign");
    expect(postDial(reading("345000*1234567"))).toStrictEqual({ verdict });
  });

  test.each(["34650123456", "#34650123456*234", "34650123456p12x", "p12", ""])(
    "%s has none",
    (text) => {
      expect(postDial(reading(text))).toBeNull();
    },
  );
});
