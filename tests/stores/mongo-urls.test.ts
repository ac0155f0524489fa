// A server of somebody's own may want a user: each URL that tests make of its URL keeps that.
import { expect, test } from "vitest";
import { mongoAddress, mongoUrl, mongoUrlThrough } from "./mongo-urls.ts";

test.each([
  ["mongodb://h", "mongodb://h/x"],
  ["mongodb://h:1,[::1]:2/other?replicaSet=r", "mongodb://h:1,[::1]:2/x?replicaSet=r"],
  ["mongodb://u:p%40@h:1", "mongodb://u:p%40@h:1/x?authSource=admin"],
  ["mongodb://u:p@h:1/kept?tls=true", "mongodb://u:p@h:1/x?tls=true&authSource=kept"],
  ["mongodb+srv://u:p@h/a?authSource=b", "mongodb+srv://u:p@h/x?authSource=b"],
])("%s: another data base with the same user", (uri, url) => {
  expect(mongoUrl(uri, "x")).toBe(url);
});

test("through a proxy: one server, the same user", () => {
  const uri = "mongodb://u:p@h:1,k:2/?replicaSet=r&tls=false";
  expect(mongoUrlThrough({ uri, port: 9, name: "x" }, { retryWrites: "false" })).toBe(
    "mongodb://u:p@127.0.0.1:9/x?tls=false&authSource=admin&directConnection=true&retryWrites=false",
  );
  expect(mongoAddress(uri)).toEqual({ hostname: "h", port: 1 });
  expect(mongoAddress("mongodb://[::1]")).toEqual({ hostname: "::1", port: 27017 });
});
