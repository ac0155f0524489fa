// How long work takes, how much of the processor, and how much memory.

export interface Watched<T> {
  seconds: number;
  /** Of the processor: what others do on the machine does not count. */
  cpuSeconds: number;
  mostMb: number;
  value: T;
}

/** Times the work and takes the most memory that the process had while it went on. */
export async function watched<T>(work: () => Promise<T>): Promise<Watched<T>> {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss);
  };
  const timer = setInterval(look, 20);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  try {
    const value = await work();
    look();
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - begun) / 1000,
      cpuSeconds: (user + system) / 1e6,
      mostMb: most / 2 ** 20,
      value,
    };
  } finally {
    clearInterval(timer);
  }
}
