// How often a property is tried: few times in every run of the tests, many times by hand before a release.

/** `CDRATE_RUNS=20 npx vitest run tests/rating` tries twenty times as often. */
const FACTOR = Number(process.env["CDRATE_RUNS"] ?? 1);

/** @param usual how often where nobody says otherwise */
export const runs = (usual: number): number => Math.max(3, Math.round(usual * FACTOR));
