// Setup of every test run: threads and processes of the tests are started from the build.
import { build } from "./prepare.mjs";

export function setup(project) {
  build();
  project.onTestsRerun(build);
}
