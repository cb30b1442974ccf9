import { contextOf, TRACEPOINTS } from "#src/contract/contract.js";
import { rangeText } from "#src/contract/release.js";
import type { Field, Layout, Tracepoint } from "#src/contract/types.js";
import { code, row } from "./markdown.ts";

const INTRO = `# Tracepoints of Bitcoin Core

What each tracepoint passes, in order, since the first release that has it. The field names are those of filters,
of \`--fields\` and of JSON. Where a release passes something else than the newest, the difference is **bold**.

| type | passed as | in a note | decoded as |
|---|---|---|---|
| int64, int32 | an integer | \`-8@\`, \`-4@\` | number |
| uint64, uint32 | an integer | \`8@\`, \`4@\` | number |
| bool | 1 byte; the rest of the register is undefined | \`1@\` | true, false |
| string | pointer to text that ends with NUL | \`8@\` | text |
| hash | pointer to 32 bytes, little-endian | \`8@\` | 64 hex digits, reversed as everywhere in Bitcoin |
| bytes | pointer; another field has the length | \`8@\` | bytes |

Texts are read whole, also those that are longer than normal.

Which release a binary is of is read from its notes: from which tracepoints it has, and from the number, width and
sign of their arguments. Where the notes fit several releases that differ, only what these have in common is named:
a duration of unknown unit is \`duration\`, and a flush mode whose name depends on the version is its number unless
the version is known. A tracepoint with other arguments than any listed here has fields \`arg0\`, \`arg1\`, ...
`;

/** docs/tracepoints.md, from the contract. */
export function tracepointsDocument(): string {
  const entries = [...TRACEPOINTS];
  const contexts = new Set(entries.map(([name]) => contextOf(name)));
  const sections = [...contexts].map((context) => {
    const parts = entries
      .filter(([name]) => contextOf(name) === context)
      .map(([name, tracepoint]) => tracepointSection(name, tracepoint));
    return `\n## ${context}\n${parts.join("")}`;
  });
  return INTRO + sections.join("");
}

function tracepointSection(name: string, { summary, notes = [], layouts }: Tracepoint): string {
  const released = layouts.filter(({ since }) => since !== null);
  const newest = (released.at(-1) ?? layouts.at(-1))!;
  const older = released.filter((layout) => layout !== newest).reverse();
  const variants = layouts.filter((layout) => layout !== newest && layout.since === null);
  const others = [...older, ...variants];
  return [
    `\n### ${name}\n\n${[summary, ...notes].join(" ")}\n`,
    `\n${origin(newest)}:\n\n`,
    row(["", "field", "type", "unit", "meaning"]),
    row(["---", "---", "---", "---", "---"]),
    ...newest.fields.map((field, index) =>
      row([index + 1, code(field.name), field.type, field.unit ?? "", meaning(field)]),
    ),
    ...(others.length > 0 ? ["\n"] : []),
    ...others.map((layout) => `- ${origin(layout)}: ${argumentList(layout, newest)}\n`),
  ].join("");
}

/** `v29 or later`, or where a layout of no release comes from. */
function origin(layout: Layout): string {
  const releases =
    layout.since === null ? "In no release" : rangeText({ ...layout, since: layout.since });
  return layout.note ? `${releases} (${layout.note})` : releases;
}

function meaning({ meaning, maxLength, values }: Field): string {
  const length = maxLength === undefined ? [] : [`Normally up to ${maxLength} characters.`];
  const names = values === undefined ? [] : [`${valueNames(values)}.`];
  return [meaning, ...names, ...length].join(" ");
}

function valueNames(values: NonNullable<Field["values"]>): string {
  return Object.entries(values)
    .map(([value, name]) => `${value} ${name}`)
    .join(", ");
}

/** A layout's arguments in a line; those that differ from the newest layout's are bold. */
function argumentList({ fields }: Layout, newest: Layout): string {
  const current = newest.fields.map(argument);
  return fields
    .map(argument)
    .map((text, index) => (text === current[index] ? text : `**${text}**`))
    .join(", ");
}

function argument({ name, type, values }: Field): string {
  return `${code(name)} ${type}${values ? ` (${valueNames(values)})` : ""}`;
}
