import type { Reorganisation } from "../../../src/model/chain/reorganisation.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, count, hashEnds } from "../format.ts";
import { Heading } from "./heading.tsx";
import { Panel } from "./panel.tsx";

/** The blocks that reorganisations replaced, and their replacements; empty without reorganisations. */
export function Reorganisations({
  reorganisations,
}: {
  readonly reorganisations: readonly Reorganisation[];
}) {
  if (reorganisations.length === 0) return null;
  return (
    <Panel title="Reorganisations" span={12} aside={`last ${reorganisations.length}`}>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <Heading title="time" />
              <Heading title="from height" class="number" />
              <Heading title="blocks" class="number" />
              <Heading title="returned" class="number" />
              <Heading title="invalid" class="number" />
              <Heading title="replaced" />
              <Heading title="new tip" />
            </tr>
          </thead>
          <tbody>
            {reorganisations.map(({ time, height, depth, replaced, tip, returned, dropped }) => (
              <tr key={`${time} ${height}`}>
                <td>{clock(time)}</td>
                <td class="number">{count(height)}</td>
                <td class="number">{count(depth)}</td>
                <td class="number">{count(returned)}</td>
                <td class="number">{count(dropped)}</td>
                <td class="mono">
                  {replaced.length === 0 ? "not seen" : hashEnds(replaced[0]!)}
                  {replaced.length > 1 && ` and ${counted(replaced.length - 1, "more block")}`}
                </td>
                <td class="mono">{hashEnds(tip.hash)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="key">
        The number of replaced blocks, of their transactions that returned to the mempool, and of
        transactions that became invalid.
      </p>
    </Panel>
  );
}
