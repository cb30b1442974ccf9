import { useSignal } from "@preact/signals";
import type { TracepointView } from "../../../src/picture/tracepoints.ts";
import { printable } from "../format.ts";
import type { TailEvent } from "../live.ts";
import { choose, chosen } from "../route.ts";
import { Absent, Panel } from "./panel.tsx";
import { Tail } from "./tail.tsx";

const EXAMPLES: readonly (readonly [query: string, words: string])[] = [
  ["size > 1kB", "large messages"],
  ['msg_type in ("cmpctblock", "blocktxn", "getblocktxn")', "block relay"],
  ["fee / vsize >= 20", "transactions above 20 sat/vB"],
  ['reason == "block"', "confirmed"],
  ["duration_ns > 1ms", "blocks that took over 1 ms"],
];

interface QueryBoxProps {
  readonly tracepoints: readonly TracepointView[];
  /** Names of those that are not shown. */
  readonly off: ReadonlySet<string>;
}

/** Runs a query on the events as they come. */
export function QueryBox({ tracepoints, off }: QueryBoxProps) {
  const where = chosen("where") ?? "";
  const isRunning = chosen("live") === "1" || where !== "";
  const draft = useSignal(where);
  const names = tracepoints.map(({ name }) => name).filter((name) => !off.has(name));
  const run = (text: string): void => {
    draft.value = text;
    choose("where", text.trim());
    choose("live", "1");
  };
  // All of them are asked for by a pattern, so that a query passes over those that lack its fields.
  const wish = { tracepoints: names.map((name) => `${name}*`), where: where === "" ? null : where };
  return (
    <Panel title="Events, live" span={12}>
      <form
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          run(draft.value);
        }}
      >
        <label>
          <span class="hidden">Query that events have to pass</span>
          <input
            type="text"
            spellcheck={false}
            autocomplete="off"
            maxLength={4096}
            placeholder="a query, such as  size > 1kB && connection_type == &quot;inbound&quot;"
            value={draft.value}
            onInput={(event) => {
              draft.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit">Run</button>
        {isRunning && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              draft.value = "";
              choose("where", null);
              choose("live", null);
            }}
          >
            Stop
          </button>
        )}
      </form>
      <p class="examples">
        {EXAMPLES.map(([query, words]) => (
          <button key={query} type="button" class="link" onClick={() => run(query)}>
            {words}
          </button>
        ))}
      </p>
      {isRunning && names.length > 0 ? (
        <Tail wish={wish} line={(event) => <Line event={event} tracepoints={tracepoints} />} />
      ) : (
        <Absent>
          Run a query, or an empty one for every event. Units and names are those of the tracepoints
          above.
        </Absent>
      )}
    </Panel>
  );
}

function Line({
  event,
  tracepoints,
}: {
  readonly event: TailEvent;
  readonly tracepoints: readonly TracepointView[];
}) {
  return (
    <>
      <span class="name">{event.tracepoint}</span>
      <span class="fields">
        {fieldsOf(event, tracepoints).map(([name, value]) => (
          <span key={name}>
            <i>{name}</i> {printable(value)}
          </span>
        ))}
      </span>
    </>
  );
}

function fieldsOf(
  event: TailEvent,
  tracepoints: readonly TracepointView[],
): [name: string, value: string][] {
  const { fields = [] } = tracepoints.find(({ name }) => name === event.tracepoint) ?? {};
  const shown = fields.filter(({ type }) => type !== "bytes");
  return shown.map(({ name, unit }) => {
    const value = event[name];
    const isBare = value === null || typeof value === "string" || name.endsWith(`_${unit}`);
    return [name, unit && !isBare ? `${String(value)} ${unit}` : String(value ?? "unreadable")];
  });
}
