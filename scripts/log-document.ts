import { INCIDENT_KINDS } from "#src/model/incidents/kinds.js";
import { code, row } from "./markdown.ts";

const INTRO = `# What happened: the log of incidents

\`corelens log\` prints what happened to a node and to its trace, in words; the Overview page lists the last ones, \`/api/incidents\`
has them as JSON ([dashboard.md](dashboard.md#api)), and \`corelens_incidents_total\` counts them ([metrics.md](metrics.md)).

\`\`\`sh
sudo corelens log                                            # the running node, from now on
corelens log --from node.corelens --since 8h                 # the last eight hours of a recording
corelens log --from node.corelens --severity warning --json
\`\`\`

\`\`\`
2026-11-28
03:12:07  reorganisation    2 blocks replaced at height 812,344; 1,203 transactions returned to the mempool
03:14:51  eviction wave     412 inbound connections evicted in 6 min 3 s, 81 % of them from 198.51.0.0/16
04:02:10  misbehaviour      Peer 17 (203.0.113.5:8333) misbehaved: headers message size; 37 more of this kind in 45.0 s
\`\`\`

Only rare events are traced: blocks, flushes, connections and changes of the mempool, but no messages and no coins.

- **An info** is worth knowing, **a warning** worth a look, **an alarm** needs you now.
- **A time** is that of the beginning. What changes is printed again, with the time of
  the change: when it ends, when it becomes more severe, and when the group of ten minutes is whole.
- **Many incidents of a kind** within ten minutes are a group: three are listed, and the last one says how many more there
  were. Totals count each. corelens keeps the last fifty of each kind, so that a flood of one kind displaces no other.
- **The same events give the same incidents**, live or from a recording.

## Kinds

The kinds are the values of \`--kind\`, of \`kind\` in JSON and of the metric's label.
`;

const FIELDS = `
## JSON

\`--json\` prints a line for each incident, and another one with the same \`id\` when it has changed. The last one is right.

| member | |
|---|---|
| \`tracepoint\` | \`corelens:incident\` |
| \`time\`, \`end_time\` | beginning and end; \`end_time\` is null while it goes on |
| \`id\` | made from kind, time and object: the same live and replayed |
| \`kind\`, \`severity\` | see above; \`info\`, \`warning\` or \`alarm\` |
| \`pid\` | the node's process; null if the incident is not about one |
| \`object\` | \`{"kind":"block","id":HASH}\`, likewise \`peer\`, \`tracepoint\` or \`node\`; null without one |
| \`text\` | the sentence |
| \`evidence\` | times of the first and the last event (\`from_time\`, \`to_time\`), and the figures; \`repeats\` and \`more\` count others of its group: about the same object, and about other objects |
`;

/** docs/log.md, from the table of kinds. */
export function logDocument(): string {
  const entries = Object.entries(INCIDENT_KINDS);
  const rows = entries.map(([kind, { title, meaning, threshold }]) =>
    row([code(kind), title, meaning, threshold]),
  );
  const reasons = entries.map(([kind, { why, action, on }]) =>
    row([code(kind), why, action, on.map(code).join(", ")]),
  );
  return [
    INTRO,
    `\n| kind | title | meaning | threshold: severity |\n|---|---|---|---|\n${rows.join("")}`,
    `\n## Why, and what to do\n\n| kind | why this threshold | what to do | from |\n|---|---|---|---|\n${reasons.join("")}`,
    FIELDS,
  ].join("");
}
