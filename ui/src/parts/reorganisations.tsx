import type { Reorganisation } from "../../../src/model/chain/reorganisation.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, count, hashEnds } from "../format.ts";
import { Panel } from "./panel.tsx";

/** The blocks that reorganisations replaced, and their replacements; empty without reorganisations. */
export function Reorganisations({
  reorganisations,
}: {
  readonly reorganisations: readonly Reorganisation[];
}) {
  if (reorganisations.length === 0) return null;
  return (
    <Panel title="Reorganisations" span={12} aside={`the last ${reorganisations.length}`}>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>at</th>
              <th class="number">from height</th>
              <th class="number">blocks</th>
              <th class="number">returned</th>
              <th class="number">invalid</th>
              <th>replaced</th>
              <th>new tip</th>
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
        Replaced blocks; how many of their transactions returned to the mempool, and how many became
        invalid, together with transactions that spent from them.
      </p>
    </Panel>
  );
}
