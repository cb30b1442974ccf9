/**
 * Writes docs/tracepoints.md, docs/events.schema.json, docs/ipc.capnp, docs/coverage.md, docs/errors.md,
 * docs/metrics.md and the dashboards in packaging/grafana/ from the tables in the built code.
 * With `--check` it writes nothing and ends with status 1 when a file is not what it would write.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { coverageDocument } from "./coverage.js";
import { dashboards } from "./dashboards.js";
import { eventSchema } from "./event-schema.js";
import { ipcSchema } from "./ipc-schema.js";
import { metricsDocument } from "./metrics-document.js";
import { OTHER_METRICS } from "./other-metrics.js";

const TRACEPOINTS_INTRO = `# Tracepoints of Bitcoin Core

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

const ERRORS_INTRO = `# Errors

Every refusal has a stable code, and the command ends with the exit status of its kind.
`;

/**
 * docs/tracepoints.md.
 *
 * @param tracepoints the contract's entries by name
 * @param rangeText how a layout's range of releases is written
 */
export function tracepointsDocument(tracepoints, rangeText) {
  const names = [...tracepoints.keys()];
  const contexts = [...new Set(names.map((name) => name.split(":")[0]))];
  const sections = contexts.map((context) => {
    const own = names.filter((name) => name.startsWith(`${context}:`));
    const parts = own.map((name) => tracepointSection(name, tracepoints.get(name), rangeText));
    return `\n## ${context}\n${parts.join("")}`;
  });
  return TRACEPOINTS_INTRO + sections.join("");
}

/** docs/errors.md, from the table of errors and that of exit statuses. */
export function errorsDocument(errors, exitStatuses) {
  const statuses = Object.entries(exitStatuses).map(row);
  const codes = Object.entries(errors)
    .sort(([, a], [, b]) => a.exit - b.exit)
    .map(([code, { exit, meaning, cure }]) => row([`\`${code}\``, exit, meaning, cure]));
  return [
    ERRORS_INTRO,
    "\n| status | meaning |\n|---|---|\n",
    ...statuses,
    "\n| code | status | what it means | what to do |\n|---|---|---|---|\n",
    ...codes,
  ].join("");
}

function tracepointSection(name, { summary, notes = [], layouts }, rangeText) {
  const released = layouts.filter(({ since }) => since !== null);
  const newest = released.at(-1) ?? layouts.at(-1);
  const older = released.filter((layout) => layout !== newest).reverse();
  const variants = layouts.filter((layout) => layout !== newest && layout.since === null);
  const others = [...older, ...variants];
  return [
    `\n### ${name}\n\n${[summary, ...notes].join(" ")}\n`,
    `\n${origin(newest, rangeText)}:\n\n`,
    row(["", "field", "type", "unit", "meaning"]),
    row(["---", "---", "---", "---", "---"]),
    ...newest.fields.map((field, index) =>
      row([index + 1, `\`${field.name}\``, field.type, field.unit ?? "", meaning(field)]),
    ),
    ...(others.length > 0 ? ["\n"] : []),
    ...others.map((layout) => `- ${origin(layout, rangeText)}: ${argumentList(layout, newest)}\n`),
  ].join("");
}

/** `v29 or later`, or where a layout of no release comes from. */
function origin(layout, rangeText) {
  const releases = layout.since === null ? "In no release" : rangeText(layout);
  return layout.note ? `${releases} (${layout.note})` : releases;
}

function meaning({ meaning, maxLength, values }) {
  const length = maxLength === undefined ? [] : [`Normally up to ${maxLength} characters.`];
  const names = values === undefined ? [] : [`${valueNames(values)}.`];
  return [meaning, ...names, ...length].join(" ");
}

function valueNames(values) {
  return Object.entries(values)
    .map(([value, name]) => `${value} ${name}`)
    .join(", ");
}

/** A layout's arguments in a line; what the newest layout does not have at that place is bold. */
function argumentList({ fields }, newest) {
  const current = newest.fields.map(argument);
  return fields
    .map(argument)
    .map((text, index) => (text === current[index] ? text : `**${text}**`))
    .join(", ");
}

function argument({ name, type, values }) {
  return `\`${name}\` ${type}${values ? ` (${valueNames(values)})` : ""}`;
}

function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |\n`;
}

async function main(check) {
  const { ERRORS, EXIT_STATUSES } = await import("../dist/errors.js");
  const { TRACEPOINTS } = await import("../dist/contract/contract.js");
  const { rangeText } = await import("../dist/contract/release.js");
  const { METRICS } = await import("../dist/metrics/table/table.js");
  const { STATE_CALLS } = await import("../dist/node/state/calls.js");
  const { IPC_EVENTS } = await import("../dist/node/ipc/events.js");
  const { CALLBACKS } = await import("../dist/node/ipc/callbacks.js");
  const { POLLS } = await import("../dist/node/ipc/polls.js");
  const { EQUIVALENT_EVENTS } = await import("../dist/session/source/merged/equivalent-events.js");
  const ipc = { events: IPC_EVENTS, twins: EQUIVALENT_EVENTS, callbacks: CALLBACKS, polls: POLLS };
  const { SCHEMA } = await import("../dist/node/ipc/schema/all.js");
  const documents = {
    "docs/tracepoints.md": tracepointsDocument(TRACEPOINTS, rangeText),
    "docs/events.schema.json": eventSchema(TRACEPOINTS, ipc),
    "docs/ipc.capnp": ipcSchema(SCHEMA),
    "docs/coverage.md": coverageDocument(TRACEPOINTS, ipc),
    "docs/errors.md": errorsDocument(ERRORS, EXIT_STATUSES),
    "docs/metrics.md": metricsDocument(METRICS, STATE_CALLS, OTHER_METRICS),
    ...dashboards(),
  };
  for (const [name, text] of Object.entries(documents)) {
    const file = new URL(`../${name}`, import.meta.url);
    if (!check) {
      await writeFile(file, text);
    } else if ((await readFile(file, "utf8").catch(() => null)) !== text) {
      console.error(`${name} is not what the code says: run \`npm run docs\``);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(process.argv.includes("--check"));
