// A bar on standard error while long work goes on; silent where that is no terminal.

const WIDTH = 30;

export interface ProgressBar {
  show(label: string, progress: { done: number; total: number }): void;
  /** Where nobody knows how much there is. */
  say(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

export function createProgressBar(
  stream: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
): ProgressBar {
  if (stream.isTTY !== true) {
    return { show: () => undefined, say: () => undefined, end: () => undefined };
  }
  return {
    show(label, { done, total }) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const filled = Math.round(share * WIDTH);
      const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
      stream.write(`\r\x1b[K${label} ${bar} ${done} of ${total}`);
    },
    say: (text) => {
      stream.write(`\r\x1b[K${text}`);
    },
    end: () => {
      stream.write("\r\x1b[K");
    },
  };
}
