import { FEERATES, type MempoolChange } from "../../../src/picture/mempool.ts";
import {
  amount,
  bytes,
  clock,
  count,
  hashEnds,
  mark,
  printable,
  sat,
  short,
  span,
} from "../format.ts";
import { chart, viewOf } from "../live.ts";
import { type Area, Chart } from "../parts/chart.tsx";
import { MempoolChart } from "../parts/charts.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";

/** Feerates from low to high are shades of one colour, from pale to strong. */
const FEERATE_AREAS: readonly Area[] = FEERATES.map((from, i) => ({
  label: String(from),
  colour: `feerate-${i}`,
  column: `feerate.${from}`,
}));

export function Mempool() {
  const view = viewOf("mempool");
  if (!view) return <p class="waiting">Connecting …</p>;
  const { added, addedVsize, addedFees, removed, rejected, replaced, feerates, recent, says } =
    view;
  const sum = (counts: typeof removed): number =>
    counts.reduce((total, [, number]) => total + number, 0);
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        {says && (
          <>
            <Figure
              label="in the mempool"
              value={count(says.transactions)}
              note={`${count(says.vsize)} vB`}
            />
            <Figure
              label="memory"
              value={bytes(says.memory_usage)}
              note={says.memory_max === null ? "" : `of ${bytes(says.memory_max)}`}
            />
            <Figure label="lowest feerate taken" value={short(says.min_fee_rate)} note="sat/vB" />
          </>
        )}
        <Figure label="added" value={count(added)} note={`${count(addedVsize)} vB`} />
        <Figure label="fees added" value={amount(addedFees)} />
        <Figure label="removed" value={count(sum(removed))} />
        <Figure label="replaced" value={count(replaced)} />
        <Figure label="rejected" value={count(sum(rejected))} />
        {feerates && (
          <Figure
            label="feerate, sat/vB"
            value={short(feerates.median)}
            note={`${short(feerates.low)} to ${short(feerates.high)} for four in five`}
          />
        )}
      </dl>
      <Panel title="Comes and goes" span={7}>
        <MempoolChart height={290} />
      </Panel>
      <Panel title="Why" span={5}>
        {removed.length + rejected.length === 0 ? (
          <Absent>Nothing was removed or rejected yet.</Absent>
        ) : (
          <table>
            <tbody>
              {removed.map(([reason, number]) => (
                <Reason key={reason} what="removed" reason={reason} number={number} />
              ))}
              {rejected.slice(0, 12).map(([reason, number]) => (
                <Reason key={reason} what="rejected" reason={reason} number={number} />
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title="Feerates of what is added" span={12}>
        <Chart
          excerpt={chart.value}
          up={FEERATE_AREAS}
          format={(value) => `${mark(value)}/s`}
          height={150}
          label={`Transactions added by feerate, median ${short(feerates?.median ?? null)} sat/vB`}
        />
        <p class="key">
          {FEERATES.map((from, i) => (
            <span key={from}>
              <i class={`swatch feerate-${i}`} />
              {i === FEERATES.length - 1 ? `${from}+ sat/vB` : `${from}–${FEERATES[i + 1]}`}
            </span>
          ))}
        </p>
      </Panel>
      <Panel title="Transactions" span={12}>
        <Recent changes={recent} />
      </Panel>
    </div>
  );
}

function Reason({
  what,
  reason,
  number,
}: {
  readonly what: string;
  readonly reason: string;
  readonly number: number;
}) {
  return (
    <tr>
      <td>{what}</td>
      <td class="prose">{printable(reason)}</td>
      <td class="number">{count(number)}</td>
    </tr>
  );
}

function Recent({ changes }: { readonly changes: readonly MempoolChange[] }) {
  return (
    <div class="scroll tall">
      <table>
        <thead>
          <tr>
            <th>time</th>
            <th>what</th>
            <th>txid</th>
            <th class="number">sat/vB</th>
            <th class="number">size</th>
            <th class="number">fee</th>
            <th class="number">was there for</th>
            <th>why</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ time, what, txid, vsize, fee, why, age }, i) => (
            <tr key={`${time} ${txid} ${i}`}>
              <td>{clock(time)}</td>
              <td class={what === "rejected" ? "bad" : ""}>{what}</td>
              <td class="mono" title={txid ?? ""}>
                {hashEnds(txid)}
              </td>
              <td class="number">{vsize && fee !== null ? short(fee / vsize) : "–"}</td>
              <td class="number">{vsize === null ? "–" : `${count(vsize)} vB`}</td>
              <td class="number">{sat(fee)}</td>
              <td class="number">{age === null ? "–" : span(age * 1000)}</td>
              <td class="prose">{whyText(what, why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whyText(what: MempoolChange["what"], why: string | null): string {
  if (why === null) return "";
  return what === "replaced" ? `by ${hashEnds(why)}` : printable(why);
}
