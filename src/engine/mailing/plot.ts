// Bars as a picture (PNG): no letters are in it, what each bar is stands beside it in the text.
import { encode } from "fast-png";

const WIDTH = 600;
const HEIGHT = 160;
const GAP = 2;
type Colour = readonly [number, number, number];
const PAPER: Colour = [255, 255, 255];
const LINE: Colour = [200, 205, 210];
const BAR: Colour = [32, 96, 160];
/** Lines behind the bars, by quarters of the highest one. */
const LINES = 4;

/** One bar a value, the highest over the whole picture; without values an empty picture. */
export function barPicture(values: readonly number[]): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  const fill = (
    [left, right]: [number, number],
    [top, bottom]: [number, number],
    colour: Colour,
  ) => {
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) data.set(colour, (y * WIDTH + x) * 3);
    }
  };
  fill([0, WIDTH], [0, HEIGHT], PAPER);
  for (let line = 0; line <= LINES; line += 1) {
    const y = Math.round((line * (HEIGHT - 1)) / LINES);
    fill([0, WIDTH], [y, y + 1], LINE);
  }
  const most = Math.max(0, ...values);
  const pitch = WIDTH / Math.max(values.length, 1);
  const width = Math.max(1, Math.floor(pitch) - GAP);
  for (const [index, value] of values.entries()) {
    if (value <= 0 || most === 0) continue;
    const left = Math.floor(index * pitch);
    const height = Math.max(1, Math.round((value / most) * (HEIGHT - 1)));
    fill([left, Math.min(WIDTH, left + width)], [HEIGHT - height, HEIGHT], BAR);
  }
  return encode({ width: WIDTH, height: HEIGHT, data, channels: 3 });
}
