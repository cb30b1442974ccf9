import { KEPT_TABLES, type KeptTable } from "#src/model/kept/tables.js";
import { CHART_TABLES } from "#src/store/tables.js";
import { code, row } from "./markdown.ts";

const INTRO = `# Tables of the history

What the dashboard keeps on disk ([history.md](history.md)), and \`corelens sql\` reads ([sql.md](sql.md)). Times are
TIMESTAMP in UTC, integers BIGINT, real numbers DOUBLE. What is unknown is null.

\`kept\` has a line for each table: what it holds, since when, and how many rows.
`;
const CHARTS = `
## Charts

A row for each column of a chart and each interval. A column has no row for an interval in which it is zero; the column
named \`''\` has a row for each interval in which something was traced.
`;
const CHART_COLUMNS: readonly (readonly [string, string, string])[] = [
  ["name", "text", "the column: `messages.in.count.inv`, `mempool.added`, `coins.add`, …"],
  ["time", "time", "when the interval begins"],
  [
    "seconds",
    "integer",
    "its seconds in which the column was not zero; of `''`, in which something was traced",
  ],
  ["sum", "real", "the sum"],
  ["min", "real", "the minimum of a second"],
  ["max", "real", "the maximum of a second"],
];

/** docs/tables.md, from the tables of what is kept. */
export function tablesDocument(): string {
  const charts = Object.entries(CHART_TABLES).map(([name, { stepMs, keepMs }]) =>
    row([code(name), `${stepMs / 1000} s`, `${keepMs / 3_600_000} h`]),
  );
  return [
    INTRO,
    ...Object.entries(KEPT_TABLES).map(([name, table]) => section(name, table)),
    CHARTS,
    "\n| table | interval | kept for |\n|---|---|---|\n",
    ...charts,
    HEAD,
    ...CHART_COLUMNS.map(([name, type, meaning]) => row([code(name), type, meaning])),
  ].join("");
}

const HEAD = "\n| column | type | meaning |\n|---|---|---|\n";

function section(name: string, { meaning, identity, columns }: KeptTable): string {
  const replaced =
    identity === null
      ? ""
      : ` A later row with the same ${identity.map(code).join(", ")} replaces an earlier one.`;
  const rows = Object.entries(columns).map(([column, { type, meaning }]) =>
    row([code(column), type, meaning]),
  );
  const sentence = meaning[0]!.toUpperCase() + meaning.slice(1);
  return [`\n## ${name}\n\n${sentence}.${replaced}\n`, HEAD, ...rows].join("");
}
