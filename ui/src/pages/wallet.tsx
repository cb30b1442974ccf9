import type { Payment } from "../../../src/picture/wallet.ts";
import { amount, clock, count, printable, sat } from "../format.ts";
import { viewOf } from "../live.ts";
import { Mark } from "../parts/mark.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";

export function Wallet() {
  const view = viewOf("wallet");
  if (!view) return <p class="waiting">Connecting …</p>;
  const { traced, selections, algorithms, failures, payments } = view;
  if (!traced) {
    return (
      <Absent>
        This node has no tracepoints of coin selection: it was built without a wallet, or nothing is
        traced.
      </Absent>
    );
  }
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure label="selections" value={count(selections)} />
        {algorithms.map(([algorithm, number]) => (
          <Figure
            key={algorithm}
            label={
              Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm]! : printable(algorithm)
            }
            value={count(number)}
          />
        ))}
        <Figure label="failed" value={count(failures)} />
      </dl>
      <Panel title="Payments" span={12}>
        {payments.length === 0 ? (
          <Absent>The wallet made no transaction since tracing began.</Absent>
        ) : (
          <Table payments={payments} />
        )}
      </Panel>
    </div>
  );
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  bnb: "branch and bound",
  knapsack: "knapsack",
  srd: "single random draw",
  cg: "coin grinder",
  manual: "chosen by hand",
};

function Table({ payments }: { readonly payments: readonly Payment[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>time</th>
            <th>wallet</th>
            <th>attempt</th>
            <th>algorithm</th>
            <th class="number">to reach</th>
            <th class="number">selected</th>
            <th class="number">waste</th>
            <th class="number">fee</th>
            <th>change</th>
            <th>outcome</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment, i) => (
            <tr key={`${payment.time} ${i}`}>
              <td>{clock(payment.time)}</td>
              <td>{printable(payment.wallet || "default")}</td>
              <td>{payment.avoidsPartialSpends ? "second, no partial spends" : "first"}</td>
              <td>{printable(payment.selection?.algorithm ?? "–")}</td>
              <td class="number">{amount(payment.selection?.target ?? null)}</td>
              <td class="number">{amount(payment.selection?.selected ?? null)}</td>
              <td class="number">{sat(payment.selection?.waste ?? null)}</td>
              <td class="number">{payment.success ? sat(payment.fee) : "–"}</td>
              <td>{changeText(payment)}</td>
              <td>
                <Mark status={statusOf(payment)} /> {outcomeText(payment)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function statusOf({ success, avoidsPartialSpends }: Payment): "ok" | "unknown" | "problem" {
  if (success) return "ok";
  return success === null || avoidsPartialSpends ? "unknown" : "problem";
}

function changeText({ success, changePosition }: Payment): string {
  if (!success || changePosition === null) return "–";
  return changePosition < 0 ? "none" : `output ${changePosition}`;
}

function outcomeText({ success, used, avoidsPartialSpends }: Payment): string {
  if (success === null) return "under way";
  if (!success && avoidsPartialSpends) return "none found, the first is taken";
  if (!success) return "no transaction";
  return used === null ? "made" : used ? "made and taken" : "made, the first is taken";
}
