// Setup of every test run: threads and processes of the tests are started from the build. Types are
// neither checked nor written here, which takes most of the time; `npm run check` looks at them, and
// a package is built anew.
import { build } from "./prepare.mjs";

export function setup(project) {
  const renew = () => build("--noCheck", "--declaration", "false");
  renew();
  project.onTestsRerun(renew);
}
