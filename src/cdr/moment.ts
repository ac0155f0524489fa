// An instant as it was written: with its offset from UTC.

/** An instant in epoch milliseconds (UTC) with the offset from UTC it was written with. */
export interface Moment {
  atMs: number;
  offsetMinutes: number;
}

/** RFC 3339 in the offset that the time came with; reads back as the same moment. */
export function momentText({ atMs, offsetMinutes }: Moment): string {
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString();
  if (offsetMinutes === 0) return local;
  const sign = offsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${local.slice(0, -1)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
