// Setup of every test run: threads and processes of the tests are started from the build. Types are
// not checked here, so that tests run while other files are being written; `npm run check` does it.
import { build } from "./prepare.mjs";

export function setup(project) {
  const renew = () => build("--noCheck");
  renew();
  project.onTestsRerun(renew);
}
