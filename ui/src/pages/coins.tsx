import { amount, bytes, clock, count, duration, short } from "../format.ts";
import { viewOf } from "../live.ts";
import { CoinsChart } from "../parts/charts.tsx";
import { Absent, Figure, Panel } from "../parts/panel.tsx";

export function Coins() {
  const view = viewOf("coins");
  if (!view) return <p class="waiting">Connecting …</p>;
  const { changes, flushed, flushes } = view;
  const { add, spent, uncache } = changes;
  const longest = Math.max(1, ...flushes.map(({ duration }) => duration ?? 0));
  return (
    <div class="grid">
      <dl class="figures strip span-12">
        <Figure
          label="added"
          value={count(add.count)}
          note={`${short(add.rate)}/s, ${amount(add.value)}`}
        />
        <Figure
          label="spent"
          value={count(spent.count)}
          note={`${short(spent.rate)}/s, ${amount(spent.value)}`}
        />
        <Figure label="uncached" value={count(uncache.count)} note={`${short(uncache.rate)}/s`} />
        <Figure label="flushes" value={count(flushed)} />
      </dl>
      <Panel title="Coins in the node's caches" span={12}>
        <CoinsChart height={240} />
        <p class="key">
          Temporary caches, of block templates and of checks, fire the same events: their sum is not
          the UTXO set.
        </p>
      </Panel>
      <Panel title="Flushes to disk" span={12}>
        {flushes.length === 0 ? (
          <Absent>
            The cache was not flushed since tracing began. Core does so about once an hour.
          </Absent>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>time</th>
                  <th>mode</th>
                  <th>for pruning</th>
                  <th class="number">coins</th>
                  <th class="number">memory</th>
                  <th class="number">took</th>
                  <th class="bar" />
                </tr>
              </thead>
              <tbody>
                {flushes.map((flush) => (
                  <tr key={flush.time}>
                    <td>{clock(flush.time)}</td>
                    <td>{flush.mode}</td>
                    <td>{flush.forPrune === null ? "–" : flush.forPrune ? "yes" : "no"}</td>
                    <td class="number">{count(flush.coins)}</td>
                    <td class="number">{bytes(flush.memory)}</td>
                    <td class="number">{duration(flush.duration)}</td>
                    <td class="bar">
                      <meter
                        class="blocks"
                        max={longest}
                        value={Math.max(0, flush.duration ?? 0)}
                        aria-hidden="true"
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </div>
  );
}
