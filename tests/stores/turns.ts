// How often others get the event loop while some work goes on.

/** Turns of the event loop from the begin of the work to its end. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [turns, isWorking] = [0, true];
  const turn = () => {
    turns += 1;
    if (isWorking) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isWorking = false;
  return turns;
}
