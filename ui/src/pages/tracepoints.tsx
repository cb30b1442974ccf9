import "./tracepoints.css";
import { useSignal } from "@preact/signals";
import type { TracepointView } from "../../../src/model/tracepoints.ts";
import { count, percent, short } from "../format.ts";
import { mayChangeSettings, switchTracepoint, viewOf } from "../live.ts";
import { Heading } from "../parts/heading.tsx";
import { Absent, Figure, Panel, Waiting } from "../parts/panel.tsx";
import { QueryBox } from "../parts/query-box.tsx";

export function Tracepoints() {
  const view = viewOf("tracepoints");
  if (!view) return <Waiting />;
  const { tracepoints, cost } = view;
  if (tracepoints.length === 0) {
    return <Absent>No tracepoints yet.</Absent>;
  }
  return (
    <div class="grid">
      <QueryBox tracepoints={tracepoints} />
      <Summary tracepoints={tracepoints} cost={cost} />
      <Panel title="Tracepoints" span={12}>
        <div class="scroll">
          <Table tracepoints={tracepoints} />
        </div>
        {mayChangeSettings.value && (
          <p class="key">
            Disabled tracepoints cost nothing and are missing from every page, metric and query. The
            switch affects all viewers.
          </p>
        )}
      </Panel>
    </div>
  );
}

function Summary({ tracepoints, cost }: NonNullable<ReturnType<typeof viewOf<"tracepoints">>>) {
  const sum = (of: "delivered" | "lost" | "truncated" | "unreadable" | "rate"): number =>
    tracepoints.reduce((total, tracepoint) => total + tracepoint[of], 0);
  return (
    <dl class="figures strip span-12">
      <Figure label="tracepoints" value={count(tracepoints.length)} />
      <Figure label="events" value={count(sum("delivered"))} note={`${short(sum("rate"))}/s`} />
      <Figure label="lost" value={count(sum("lost"))} note="the ring buffer was full" />
      <Figure label="cut" value={count(sum("truncated"))} note="longer than the limit" />
      <Figure label="unreadable" value={count(sum("unreadable"))} note="memory not readable" />
      <Figure
        label="cost to the node"
        value={cost ? percent(cost.share) : "not measured"}
        note={
          cost
            ? `of a core; ${count(cost.nanosecondsPerHit)} ns per hit, measured by the kernel`
            : ""
        }
      />
    </dl>
  );
}

function Table({ tracepoints }: { readonly tracepoints: readonly TracepointView[] }) {
  const open = useSignal<string | null>(null);
  const contexts = [...new Set(tracepoints.map(({ name }) => contextOf(name)))];
  return (
    <table class="tracepoints">
      <thead>
        <tr>
          <th>
            <span class="hidden">traced</span>
          </th>
          <Heading title="tracepoint" />
          <Heading title="fires when" class="summary" />
          <Heading title="per second" class="number" />
          <Heading title="events" class="number" />
          <Heading title="lost" class="number" />
          <Heading title="cut" class="number" />
          <Heading title="unreadable" class="number" />
        </tr>
      </thead>
      {contexts.map((context) => (
        <tbody key={context}>
          {tracepoints
            .filter(({ name }) => contextOf(name) === context)
            .map((tracepoint) => (
              <Row
                key={tracepoint.name}
                tracepoint={tracepoint}
                isOpen={open.value === tracepoint.name}
                onOpen={() => {
                  open.value = open.value === tracepoint.name ? null : tracepoint.name;
                }}
              />
            ))}
        </tbody>
      ))}
    </table>
  );
}

interface RowProps {
  readonly tracepoint: TracepointView;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function Row({ tracepoint, isOpen, onOpen }: RowProps) {
  const { name, summary, rate, delivered, lost, truncated, unreadable, isOn } = tracepoint;
  return (
    <>
      <tr class={delivered === 0 || !isOn ? "idle" : ""}>
        <td>
          {mayChangeSettings.value && (
            <button
              type="button"
              role="switch"
              aria-checked={isOn}
              aria-label={`Trace ${name}`}
              onClick={() => switchTracepoint(name, !isOn)}
            />
          )}
        </td>
        <td>
          <button type="button" class="link" aria-expanded={isOpen} onClick={onOpen}>
            {name}
          </button>
        </td>
        <td class="summary" title={summary ?? undefined}>
          {summary}
        </td>
        <td class="number">{isOn ? short(rate) : "off"}</td>
        <td class="number">{count(delivered)}</td>
        <td class={`number ${lost > 0 ? "bad" : ""}`}>{count(lost)}</td>
        <td class="number">{count(truncated)}</td>
        <td class="number">{count(unreadable)}</td>
      </tr>
      {isOpen && <Details {...tracepoint} />}
    </>
  );
}

function Details({ summary, notes, fields }: TracepointView) {
  return (
    <tr class="details">
      <td />
      <td colSpan={7}>
        <p>
          {summary
            ? [summary, ...notes].join(" ")
            : "The contract does not describe this tracepoint."}
        </p>
        <table>
          <thead>
            <tr>
              <Heading title="field" />
              <Heading title="data type" />
              <Heading title="unit" />
              <Heading title="meaning" />
            </tr>
          </thead>
          <tbody>
            {fields.map(({ name, type, unit, meaning, values }) => (
              <tr key={name}>
                <td class="mono">{name}</td>
                <td>{type}</td>
                <td>{unit ?? ""}</td>
                <td class="prose">
                  {meaning}
                  {values &&
                    ` ${Object.entries(values)
                      .map((pair) => pair.join(" "))
                      .join(", ")}.`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </td>
    </tr>
  );
}

function contextOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}
