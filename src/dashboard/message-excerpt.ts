import type { DecodedMessage } from "../bitcoin/decode/message.ts";

/** Entries of a list and characters of a text that are shown. */
const MAX_ENTRIES = 12;
const MAX_CHARACTERS = 200;

/** The content of a message with long lists and texts cut. */
export function messageExcerpt(message: DecodedMessage): unknown {
  return excerpt(message);
}

function excerpt(value: unknown): unknown {
  if (typeof value === "string") {
    if (value.length <= MAX_CHARACTERS) return value;
    return `${value.slice(0, MAX_CHARACTERS)}… ${value.length - MAX_CHARACTERS} more characters`;
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ENTRIES).map(excerpt);
    return value.length <= MAX_ENTRIES ? shown : [...shown, `… ${value.length - MAX_ENTRIES} more`];
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, excerpt(part)]));
}
