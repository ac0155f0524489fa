// Loaded before a service: its clock jumps by the next of CDRATE_JUMPS (seconds) at each SIGUSR2.
const jumps = (process.env.CDRATE_JUMPS ?? "").split(",").map(Number);
let offsetMs = 0;
process.on("SIGUSR2", () => {
  offsetMs = (jumps.shift() ?? 0) * 1000;
});

const Real = Date;
const realNow = Real.now;
globalThis.Date = class extends Real {
  constructor(...args) {
    super(...(args.length === 0 ? [realNow() + offsetMs] : args));
  }
  static now() {
    return realNow() + offsetMs;
  }
};
