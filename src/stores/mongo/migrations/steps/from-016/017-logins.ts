// Schema 17: users, their sessions and tokens.
import { index } from "../../../indexes/wanted.ts";
import type { MongoStep } from "../../step.ts";

export const logins: MongoStep = {
  number: 17,
  title: "users, sessions and tokens have a collection",
  runs: "beside",
  indexes: [
    {
      collection: "logins",
      wanted: [
        index("name", "kind", "name"),
        index("owner", "kind", "owner", "name"),
        index("end", "kind", "endsAt"),
      ],
    },
  ],
};
