import { TRACEPOINTS } from "#src/contract/contract.js";
import type { Field } from "#src/contract/types.js";
import { CALLBACKS } from "#src/node/ipc/callbacks.js";
import { IPC_EVENTS } from "#src/node/ipc/events.js";
import { POLLS } from "#src/node/ipc/polls.js";
import {
  EQUIVALENT_EVENTS,
  type EquivalentEvent,
} from "#src/session/source/merged/equivalent-events.js";
import { code, row } from "./markdown.ts";

const INTRO = `# Values of tracepoints and of IPC

Written by \`npm run docs\` from the contract of tracepoints and the tables of IPC. [usdt-vs-ipc.md](usdt-vs-ipc.md) says
what it costs, and which to choose.

A release's IPC has the interfaces Mining, and after v31 Rpc. Callbacks, Node and Chain are in builds of the branch
\`pr/trace\` ([ipc.md](ipc.md)).

## Tracepoints

**Same**: \`corelens trace --sources usdt,ipc\` shows both views as one event. Columns name what only one of them has.
`;

/** Callbacks with part of what a tracepoint passes, too little to match the two. */
const PARTIAL: Readonly<Record<string, readonly [event: string, shows: string]>> = {
  "net:inbound_connection": ["ipc:connections_changed", "only how many peers there are"],
  "net:outbound_connection": ["ipc:connections_changed", "only how many peers there are"],
  "net:closed_connection": ["ipc:connections_changed", "only how many peers there are"],
  "utxocache:flush": ["ipc:chain_state_flushed", "that it happened, and up to which block"],
};

const EQUIVALENT: Readonly<Record<string, EquivalentEvent>> = EQUIVALENT_EVENTS;
const CALLBACK_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CALLBACKS).flatMap(([name, { events }]) => events.map((event) => [event, name])),
);

/** docs/coverage.md: what tracepoints show, what IPC shows, and where both show the same, from the tables of both. */
export function coverageDocument(): string {
  const matched = new Set(Object.values(EQUIVALENT).map(({ ipc }) => ipc as string));
  const rows = [...TRACEPOINTS].map(([name, { layouts }]) => {
    const layout = layouts.findLast(({ since }) => since !== null) ?? layouts[0]!;
    return tracepointRow(name, namesOf(layout.fields));
  });
  const ipcOnly = Object.entries(IPC_EVENTS).filter(([name]) => !matched.has(name));
  return [
    INTRO,
    "\n| tracepoint | IPC | only the tracepoint | only IPC |\n|---|---|---|---|\n",
    ...rows,
    "\n## Events that only IPC has\n\n| event | how | what |\n|---|---|---|\n",
    ...ipcOnly.map(([name, { summary }]) => {
      const callback = CALLBACK_OF.get(name);
      return row([code(name), callback ? `callback ${code(callback)}` : "asked for", summary]);
    }),
    "\n## Questions\n\nNo tracepoint answers any. The RPC server answers most of them, in all releases.\n",
    "\n| `corelens ipc call` | what |\n|---|---|\n",
    ...Object.entries(POLLS).map(([name, { summary }]) => row([code(name), summary])),
  ].join("");
}

function tracepointRow(name: string, fields: readonly string[]): string {
  const equivalent = EQUIVALENT[name];
  if (equivalent) {
    const ipcFields = namesOf(IPC_EVENTS[equivalent.ipc].fields);
    return row([
      code(name),
      `**same**: ${code(equivalent.ipc)}`,
      list(fields.filter((field) => !ipcFields.includes(field))),
      list(ipcFields.filter((field) => !fields.includes(field))),
    ]);
  }
  const partial = PARTIAL[name];
  const shown = partial ? `${code(partial[0])}: ${partial[1]}` : "–";
  return row([code(name), shown, list(fields), ""]);
}

const namesOf = (fields: readonly Field[]) => fields.map(({ name }) => name);
const list = (names: readonly string[]) => names.join(", ") || "–";
