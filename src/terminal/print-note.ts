import { wrapped } from "../text/wrap.ts";

/** Writes text for people to standard error; a terminal wraps it between words. */
export function printNote(text: string): void {
  const { isTTY, columns } = process.stderr;
  process.stderr.write(isTTY && columns ? wrapped(text, columns) : text);
}
