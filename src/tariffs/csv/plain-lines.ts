// One spelling of line ends, so that every reader counts lines alike.

/** CRLF and lone CR become LF, a leading byte order mark goes; line numbers stay as they were. */
export function plainLines(text: string): string {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
}
