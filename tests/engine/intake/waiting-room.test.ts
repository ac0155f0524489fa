// Goal: a record waits for the store once and not for ever, and all together hold bounded bytes.
// Method: work that ends when the test says so.
import { describe, expect, it, vi } from "vitest";
import { createWaitingRoom, type Wait } from "../../../src/engine/intake/waiting-room.ts";

const record = (length: number) => ({ bytes: { length } });

function heldWork() {
  let release: (answer: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => {
    release = resolve;
  });
  return { answer, release: (text: string) => release(text) };
}

describe("the waiting room", () => {
  it("answers store-unavailable when the time is over, and says so to the work", async () => {
    const room = createWaitingRoom({ storeSeconds: 0.03, queueBytes: 100 });
    const work = heldWork();
    let seen: Wait | undefined;
    await expect(
      room.admit(record(10), (wait) => {
        seen = wait;
        return work.answer;
      }),
    ).rejects.toMatchObject({ code: "store-unavailable" });
    expect(seen?.isOver).toBe(true);
    work.release("late");
  });

  it("lets one of many records take as long as it takes", async () => {
    const room = createWaitingRoom({ storeSeconds: 0.001, queueBytes: 100 });
    const patient = { ...record(60), isPatient: true };
    const work = heldWork();
    const answered = room.admit(patient, () => work.answer);
    const impatient = room.admit(record(10), () => work.answer);
    await expect(impatient).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(room.admit(patient, async () => "no")).rejects.toThrow("100 bytes");
    work.release("written");
    expect(await answered).toBe("written");
  });

  it("refuses bytes over the limit until others have gone, even those that nobody waits for", async () => {
    const room = createWaitingRoom({ storeSeconds: 0.03, queueBytes: 100 });
    const first = heldWork();
    const given = room.admit(record(90), () => first.answer);
    const full = { code: "store-unavailable", message: expect.stringContaining("100 bytes") };
    await expect(room.admit(record(11), async () => "no")).rejects.toMatchObject(full);
    expect(await room.admit(record(10), async () => "fits")).toBe("fits");
    await expect(given).rejects.toMatchObject({ code: "store-unavailable" });
    // Its write is under way still, with its bytes.
    await expect(room.admit(record(11), async () => "no")).rejects.toMatchObject(full);
    first.release("written");
    await first.answer;
    expect(await room.admit(record(11), async () => "room again")).toBe("room again");
  });

  it("one record alone may be larger than all together", async () => {
    const room = createWaitingRoom({ storeSeconds: 1, queueBytes: 100 });
    expect(await room.admit(record(500), async () => "large")).toBe("large");
  });

  it("a fault of the work is its own, and its bytes are free again", async () => {
    const room = createWaitingRoom({ storeSeconds: 1, queueBytes: 100 });
    await expect(room.admit(record(90), () => Promise.reject(new Error("own")))).rejects.toThrow(
      "own",
    );
    expect(await room.admit(record(90), async () => "next")).toBe("next");
  });

  it("tells each when its own time is over, whatever became of those before it", async () => {
    vi.useFakeTimers();
    try {
      const room = createWaitingRoom({ storeSeconds: 1, queueBytes: 1000 });
      const told: string[] = [];
      const admit = (name: string, work: Promise<string>) =>
        room
          .admit(record(1), () => work)
          .then(
            () => told.push(`${name} stored`),
            () => told.push(`${name} late`),
          );
      const never = new Promise<string>(() => undefined);
      void admit("first", never);
      void admit("second", Promise.resolve("stored"));
      await vi.advanceTimersByTimeAsync(400);
      void admit("third", never);
      await vi.advanceTimersByTimeAsync(599);
      expect(told).toEqual(["second stored"]);
      await vi.advanceTimersByTimeAsync(2);
      expect(told).toEqual(["second stored", "first late"]);
      await vi.advanceTimersByTimeAsync(400);
      expect(told).toEqual(["second stored", "first late", "third late"]);
      void admit("after all", never);
      await vi.advanceTimersByTimeAsync(1001);
      expect(told.at(-1)).toBe("after all late");
    } finally {
      vi.useRealTimers();
    }
  });
});
