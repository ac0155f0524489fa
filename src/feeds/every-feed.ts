// What the settings of every feed say.
import { z } from "zod";
import { ownName } from "./own-name.ts";

export const everyFeed = {
  name: ownName.describe("Name of the feed; where it came to is kept under it."),
  source: z.string().min(1).describe("The source in the settings whose records it brings."),
};
