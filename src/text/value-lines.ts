import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/**
 * A JSON value, one line per member:
 *
 *     txid       f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16
 *     inputs     1
 *       [0]
 *         vout       0
 */
export function valueLines(value: object, paint: Paint, indent = ""): string[] {
  const names = Object.keys(value).map((name) => (Array.isArray(value) ? `[${name}]` : name));
  // A list can have more entries than a function call allows arguments.
  const width = names.reduce((most, { length }) => Math.max(most, length), 0);
  return Object.values(value).flatMap((part: unknown, i) => {
    const isNested = typeof part === "object" && part !== null;
    const content = isNested ? (Array.isArray(part) ? String(part.length) : "") : scalarText(part);
    const name = paint("faint", printable(names[i]!).padEnd(content === "" ? 0 : width));
    const line = `${indent}${name}  ${content}`.trimEnd();
    return isNested ? [line, ...valueLines(part, paint, `${indent}  `)] : [line];
  });
}

function scalarText(value: unknown): string {
  if (value === null) return "unknown";
  return value === "" ? "(empty)" : printable(String(value));
}
