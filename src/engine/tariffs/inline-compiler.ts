// The tariff compiler in place: for one-shot commands and tests, where nothing waits beside it.
import { editRate } from "../../tariffs/edit/rate.ts";
import type { TariffCompiler } from "../ports.ts";
import { derive } from "./changes/derive-work.ts";
import { changesOfFolders } from "./differences/changes.ts";
import { diffFolders } from "./differences/work.ts";
import { checkFolder, compileFolder } from "./work.ts";

export function createInlineCompiler(): TariffCompiler {
  return {
    check: (files, compat, reading) => Promise.resolve(checkFolder(files, compat, reading)),
    compile: (version, files) => Promise.resolve(compileFolder(version, files).snapshot),
    diff: diffFolders,
    derive,
    edit: ({ text, edit }) => Promise.resolve(editRate(text, edit)),
    changes: (request) => Promise.resolve(changesOfFolders(request)),
    close: () => Promise.resolve(),
  };
}
