/** docs/coverage.md: what tracepoints tell, what IPC tells, and where it is the same, from the tables of both. */

const INTRO = `# What tracepoints tell, and what IPC tells

Written by \`npm run docs\` from the contract of tracepoints and the tables of IPC. [usdt-vs-ipc.md](usdt-vs-ipc.md) says
what it costs, and which to choose.

A release's IPC has the interfaces Mining, and after v31 Rpc. Callbacks, Node and Chain are in builds of the branch
\`pr/trace\` ([ipc.md](ipc.md)).

## Tracepoints

**Same**: \`corelens trace --sources usdt,ipc\` shows both views as one event. Columns name what only one of them has.
`;

/** Callbacks that tell less of the same thing, too little to be matched. */
const PARTIAL = {
  "net:inbound_connection": ["ipc:connections_changed", "only how many peers there are"],
  "net:outbound_connection": ["ipc:connections_changed", "only how many peers there are"],
  "net:closed_connection": ["ipc:connections_changed", "only how many peers there are"],
  "utxocache:flush": ["ipc:chain_state_flushed", "that it happened, and up to which block"],
};

/**
 * @param tracepoints the contract's entries by name
 * @param ipc tables of IPC: `events` by name, `twins` by tracepoint, `callbacks` by name, `polls` by name
 */
export function coverageDocument(tracepoints, { events, twins, callbacks, polls }) {
  const same = new Set(Object.values(twins).map((twin) => twin.ipc));
  const rows = [...tracepoints].map(([name, { layouts }]) => {
    const fields = (layouts.findLast(({ since }) => since !== null) ?? layouts[0]).fields;
    return tracepointRow(name, namesOf(fields), twins[name], events);
  });
  const callbackOf = (event) =>
    Object.keys(callbacks).find((name) => callbacks[name].events.includes(event));
  const own = Object.entries(events).filter(([name]) => !same.has(name));
  return [
    INTRO,
    "\n| tracepoint | IPC | only the tracepoint | only IPC |\n|---|---|---|---|\n",
    ...rows,
    "\n## Events that only IPC has\n\n| event | how | what |\n|---|---|---|\n",
    ...own.map(([name, { summary }]) => {
      const callback = callbackOf(name);
      return row([`\`${name}\``, callback ? `callback \`${callback}\`` : "asked for", summary]);
    }),
    "\n## Questions\n\nNo tracepoint answers any. The RPC server answers most of them, in all releases.\n",
    "\n| `corelens ipc call` | what |\n|---|---|\n",
    ...Object.entries(polls).map(([name, { summary }]) => row([`\`${name}\``, summary])),
  ].join("");
}

function tracepointRow(name, fields, twin, events) {
  if (twin) {
    const others = namesOf(events[twin.ipc].fields);
    const only = (these, those) => list(these.filter((field) => !those.includes(field)));
    return row([
      code(name),
      `**same**: ${code(twin.ipc)}`,
      only(fields, others),
      only(others, fields),
    ]);
  }
  const [event, how] = PARTIAL[name] ?? [];
  return row([code(name), event ? `${code(event)}: ${how}` : "–", list(fields), ""]);
}

const namesOf = (fields) => fields.map(({ name }) => name);
const code = (text) => `\`${text}\``;
const list = (names) => names.join(", ") || "–";

function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |\n`;
}
