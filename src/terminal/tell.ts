import { wrapped } from "../text/wrap.ts";

/** Writes for people to standard error: broken between words where it is a terminal. */
export function tell(text: string): void {
  const { isTTY, columns } = process.stderr;
  process.stderr.write(isTTY && columns ? wrapped(text, columns) : text);
}
