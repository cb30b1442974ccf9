import { Link } from "./link.tsx";
import "./query.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TailEvent } from "../../../src/dashboard/protocol/events.ts";
import type { TracepointView } from "../../../src/model/tracepoints.ts";
import { countCommand, traceCommand } from "../command-line.ts";
import {
  choiceOf,
  countOf,
  type Draft,
  draftOf,
  EMPTY,
  isRunning,
  type Mode,
  modeOf,
  trimmed,
} from "../draft.ts";
import { printable } from "../format.ts";
import { hello, refusal } from "../live.ts";
import { addressOf, choose, open, route } from "../route.ts";
import { Choice } from "./choice.tsx";
import { CommandLine } from "./command-line.tsx";
import { CountForm } from "./count-form.tsx";
import { CountTable, counted } from "./count-table.tsx";
import { Absent, Panel } from "./panel.tsx";
import { Suggestions } from "./suggestions.tsx";
import { Tail } from "./tail.tsx";
import { TextInput } from "./text-input.tsx";

type Example = readonly [query: Partial<Draft>, words: string];

const EXAMPLES: Readonly<Record<Mode, readonly Example[]>> = {
  events: [
    [{ where: "size > 1kB" }, "large messages"],
    [{ where: 'msg_type in ("cmpctblock", "blocktxn", "getblocktxn")' }, "block relay"],
    [{ where: "fee / vsize >= 20" }, "transactions above 20 sat/vB"],
    [{ where: 'reason == "block"' }, "confirmed transactions"],
    [{ where: "duration_ns > 1ms" }, "blocks that took over 1 ms"],
  ],
  count: [
    [{ tracepoints: "net:*_message", by: "msg_type", sum: "size" }, "bytes by message type"],
    [
      { tracepoints: "mempool:added", hist: "fee / vsize", mean: "fee / vsize, vsize" },
      "feerate histogram",
    ],
    [{ tracepoints: "mempool:rejected", by: "reason" }, "rejections by reason"],
    [
      { tracepoints: "net:inbound_message", by: "peer_id, connection_type", sum: "size" },
      "bytes by peer",
    ],
    [{ tracepoints: "utxocache:*", by: "tracepoint, is_coinbase", sum: "value" }, "coins"],
  ],
};

interface QueryBoxProps {
  readonly tracepoints: readonly TracepointView[];
}

/** Runs a query on recent and new events and shows the matches, or counts new events. */
export function QueryBox({ tracepoints }: QueryBoxProps) {
  const { path, query } = route.value;
  const mode = modeOf(query);
  const asked = draftOf(query);
  const runs = isRunning(query);
  const draft = useSignal(asked);
  const change = (changed: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...changed };
  };
  // Back and Forward change the query in the address.
  const address = JSON.stringify(asked);
  useEffect(() => {
    draft.value = asked;
  }, [address]);
  const fields = tracepoints.flatMap((each) => each.fields.filter(({ type }) => type !== "bytes"));
  const names = fields.map(({ name }) => name);
  const integers = fields.filter(({ type }) => /int/.test(type)).map(({ name }) => name);
  const source = hello.value?.subject.kind === "recording" ? "recording" : "node";
  return (
    <Panel
      title="Query"
      span={12}
      aside={
        <Choice
          label="What a query does"
          options={[
            ["events", "Events"],
            ["count", "Count"],
          ]}
          value={mode}
          onChoose={(mode) => choose("mode", mode === "count" ? mode : null)}
        />
      }
    >
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          run(draft.value);
        }}
      >
        <Suggestions
          id="query-tracepoints"
          names={["net:*_message", "mempool:*", ...tracepoints.map(({ name }) => name)]}
        />
        <div class="row">
          <TextInput
            caption="of"
            labelClass="narrow"
            list="query-tracepoints"
            aria-label="Tracepoints"
            maxLength={2000}
            placeholder="all tracepoints"
            value={draft.value.tracepoints}
            onText={(tracepoints) => change({ tracepoints })}
          />
          <TextInput
            caption="where"
            aria-label="Query that events have to pass"
            maxLength={4096}
            placeholder="size > 1kB && connection_type == &quot;inbound&quot;"
            value={draft.value.where}
            onText={(where) => change({ where })}
          />
        </div>
        {mode === "count" && (
          <CountForm draft={draft.value} onChange={change} fields={names} integers={integers} />
        )}
        <div class="row">
          <button type="submit">Run</button>
          {runs && (
            <button type="button" class="plain" onClick={() => choose("live", "0")}>
              Stop
            </button>
          )}
          <p class="examples">
            {EXAMPLES[mode].map(([example, words]) => (
              <Link
                key={words}
                href={addressOf(path, { mode: mode === "count" ? mode : null, ...example })}
                onOpen={() => {
                  draft.value = { ...EMPTY, ...example };
                  run(draft.value);
                }}
              >
                {words}
              </Link>
            ))}
          </p>
        </div>
      </form>
      {runs ? (
        <Running mode={mode} draft={asked} source={source} tracepoints={tracepoints} />
      ) : (
        <Absent>
          Enter a query and press Run. An empty query matches every event. Click a tracepoint below
          to see the names and units of its fields.
        </Absent>
      )}
    </Panel>
  );
}

function run(draft: Draft): void {
  open({ ...trimmed(draft), live: "1" });
}

interface RunningProps {
  readonly mode: Mode;
  readonly draft: Draft;
  readonly source: "node" | "recording";
  readonly tracepoints: readonly TracepointView[];
}

function Running({ mode, draft, source, tracepoints }: RunningProps) {
  if (mode === "events") {
    const command = choiceOf(draft);
    return (
      <>
        {refusal.value === null && <CommandLine command={traceCommand(command, source)} />}
        <Tail
          command={command}
          nouns={["match", "matches"]}
          line={(event) => <Line event={event} tracepoints={tracepoints} />}
        />
      </>
    );
  }
  const command = countOf(draft);
  const inReader = counted.value?.inReader ?? [];
  return (
    <>
      {refusal.value === null && (
        <CommandLine command={countCommand(command, inReader.length > 0 ? "recording" : source)}>
          {inReader.length > 0 && source === "node" && (
            <>
              The kernel cannot test <code>{inReader.join(" && ")}</code>: record the events with{" "}
              <code>corelens record</code> and count the RECORDING.
            </>
          )}
        </CommandLine>
      )}
      <CountTable command={command} />
    </>
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
