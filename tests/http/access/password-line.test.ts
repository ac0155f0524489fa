// Goal: what is remembered of wrong passwords, and who waits, is bounded whatever is sent.
// Method: far more addresses, users and tries than the bounds, on a clock set by hand.
import { expect, it } from "vitest";
import { createFailures, networkOf, pairKey } from "../../../src/http/access/failures.ts";
import { createPasswordLine } from "../../../src/http/access/password-line.ts";
import { createManualClock } from "./manual-clock.ts";

it("remembers at most 10,000 pairs and as many addresses, the latest", () => {
  const failures = createFailures(() => 0);
  for (let index = 0; index < 25_000; index += 1) {
    failures.add(
      pairKey("192.0.2.1", `user ${index}`),
      `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    );
  }
  expect(failures.size()).toBe(20_000);
  expect(failures.of(pairKey("192.0.2.1", "user 24999")).count).toBe(1);
  expect(failures.of(pairKey("192.0.2.1", "user 0")).count).toBe(0);
});

it("remembers a name of 16 kB in as little as a short one", () => {
  expect(pairKey("192.0.2.1", "x".repeat(16_000))).toHaveLength(pairKey("192.0.2.1", "x").length);
});

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:0:1::5", "2001:db8:0:1::/64"],
  ["2001:DB8::1:0:0:0:9", "2001:db8:0:1::/64"],
  ["2001:0db8:0000:0001:1:2:3:4", "2001:db8:0:1::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["", ""],
  ["not an address", "not an address"],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it("at most 256 wait, 64 of them of one address; the rest is told at once", async () => {
  const clock = createManualClock(0);
  const line = createPasswordLine({ clock: clock.now, later: clock.later });
  const never = () => new Promise<boolean>(() => {});
  let told = 0;
  for (let index = 0; index < 5000; index += 1) {
    const address = `192.0.2.${index % 20}`;
    void line.join({ address, user: `user ${index}`, check: never }).then(() => {
      told += 1;
    });
  }
  await clock.advance(0);
  expect(line.sizes().waiting).toBe(256);
  expect(told).toBe(5000 - 256 - 1);
  await clock.advance(5000);
  expect(line.sizes().waiting).toBe(0);
  expect(told).toBe(5000 - 1);

  const other = createPasswordLine({ clock: clock.now, later: clock.later });
  for (let index = 0; index < 200; index += 1) {
    void other.join({ address: "192.0.2.1", user: `user ${index}`, check: never });
  }
  expect(other.sizes().waiting).toBe(64);
});
