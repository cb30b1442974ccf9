/*
 * Names are camelCase in TypeScript and snake_case on the wire. Both ends convert here, the server with `toWire` and
 * the page with `fromWire`, so that a name is written in one place only: the type.
 */

/**
 * Members that are passed on unchanged: names that are data, events and documents that have the names of the wire
 * already, and views, whose names are the model's.
 */
const UNCHANGED = new Set([
  ...["columns", "values", "events", "blocks", "report", "reports"],
  ...["document", "patch"],
]);

export function toWire(value: unknown): unknown {
  return renamed(value, wireName);
}

export function fromWire(value: unknown): unknown {
  return renamed(value, camelCase);
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      rename(name),
      UNCHANGED.has(name) ? member : renamed(member, rename),
    ]),
  );
}

/** Bytes and other objects with a class are values. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** `is_private` of `isPrivate` */
function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
