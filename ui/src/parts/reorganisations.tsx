import type { Reorganisation } from "../../../src/model/chain/reorganisation.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, count, hashEnds } from "../format.ts";
import { Panel } from "./panel.tsx";
import { column, Table, type TableColumn } from "./table.tsx";

/** The blocks that reorganisations replaced, and their replacements; empty without reorganisations. */
export function Reorganisations({
  reorganisations,
}: {
  readonly reorganisations: readonly Reorganisation[];
}) {
  if (reorganisations.length === 0) return null;
  return (
    <Panel title="Reorganisations" span={12} aside={`last ${reorganisations.length}`}>
      <Table
        columns={COLUMNS}
        rows={reorganisations}
        keyOf={({ time, height }) => `${time} ${height}`}
      />
      <p class="key">
        The number of replaced blocks, of their transactions that returned to the mempool, and of
        transactions that became invalid.
      </p>
    </Panel>
  );
}

const COLUMNS: readonly TableColumn<Reorganisation>[] = [
  column("text", "time", ({ time }) => clock(time)),
  column("number", "from height", ({ height }) => count(height)),
  column("number", "blocks", ({ depth }) => count(depth)),
  column("number", "returned", ({ returned }) => count(returned)),
  column("number", "invalid", ({ dropped }) => count(dropped)),
  column("mono", "replaced", ({ replaced: [first, ...others] }) =>
    first === undefined
      ? "not seen"
      : `${hashEnds(first)}${others.length > 0 ? ` and ${counted(others.length, "more block")}` : ""}`,
  ),
  column("mono", "new tip", ({ tip }) => hashEnds(tip.hash)),
];
