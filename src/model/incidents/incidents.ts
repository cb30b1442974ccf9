import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import type { EventKind } from "../../event/kind.ts";
import { isNotice, type Notice, type StreamEvent } from "../../event/notice.ts";
import { counted } from "../../text/counted.ts";
import { durationText, groupedText } from "../../text/format.ts";
import { printable } from "../../text/printable.ts";
import type { Reorganisation } from "../chain/reorganisation.ts";
import { flushOf } from "../coins/flushes.ts";
import type { Fold } from "../fold.ts";
import { EvictionWave } from "./eviction-wave.ts";
import type { Incident } from "./incident.ts";
import { IncidentLog } from "./incident-log.ts";
import { INCIDENT_EVENTS, type IncidentKind } from "./kinds.ts";
import { NodeProcess } from "./node-process.ts";
import { SlowBlocks } from "./slow-blocks.ts";
import { StaleTip } from "./stale-tip.ts";
import { FLUSH_STALL, REORGANISATION } from "./thresholds.ts";
import { TraceChoices } from "./trace-choices.ts";
import { TraceLosses } from "./trace-losses.ts";

/** The address of a connected peer; empty or undefined if it is unknown. */
type AddressOf = (peer: number) => string | undefined;

/**
 * What happened to a node and to its trace, in words: a fold over the stream. The kinds are in the table of kinds.ts.
 * Reorganisations come from a `ChainWatch` that sees the same events.
 */
export class Incidents implements Fold {
  readonly tracepoints = INCIDENT_EVENTS;
  readonly #log = new IncidentLog();
  readonly #addressOf: AddressOf;
  readonly #slowBlocks = new SlowBlocks(this.#log);
  readonly #staleTip = new StaleTip(this.#log);
  readonly #evictions = new EvictionWave(this.#log);
  readonly #losses = new TraceLosses(this.#log);
  readonly #node = new NodeProcess(this.#log);
  readonly #choices = new TraceChoices(this.#log);
  /** The last time that passed without an event; what it means is known at the next event. */
  #passed: number | null = null;

  constructor(addressOf: AddressOf = () => undefined) {
    this.#addressOf = addressOf;
  }

  learn(kinds: readonly EventKind[]): void {
    this.#staleTip.showsConnections = kinds.some(({ name }) => name === "net:outbound_connection");
  }

  see(event: StreamEvent): void {
    if (isNotice(event)) {
      this.#notice(event);
      return;
    }
    this.#node.runs(event.time, event.pid);
    switch (event.tracepoint) {
      case "validation:block_connected":
        this.#staleTip.connected(event);
        this.#slowBlocks.see(event);
        break;
      case "ipc:block_connected":
        this.#staleTip.connected(event);
        break;
      case "net:outbound_connection":
        this.#staleTip.opened(event.connection_type);
        break;
      case "utxocache:flush":
        this.#flushed(event);
        break;
      case "net:evicted_inbound_connection":
        this.#evictions.see(event);
        break;
      case "net:misbehaving_connection":
        this.#misbehaved(event);
    }
  }

  advance(now: number): void {
    // Time before a notice of the trace's beginning passed without a trace.
    if (this.#passed !== null) this.#staleTip.advance(this.#passed);
    this.#passed = now;
    this.#evictions.advance(now);
    this.#losses.advance(now);
  }

  /** Takes a complete reorganisation. @param end time of its last event, in ms since the epoch */
  reorganised = (reorganisation: Reorganisation, end: number): void => {
    const { pid, time, height, depth, returned, dropped, replaced, tip } = reorganisation;
    const { alarmBlocks, warningBlocks } = REORGANISATION;
    const parts = [
      `${counted(depth, "block")} replaced at height ${groupedText(height)}`,
      ...(returned === null ? [] : [`${counted(returned, "transaction")} returned to the mempool`]),
      ...(dropped ? [`${groupedText(dropped)} no longer valid`] : []),
    ];
    this.#log.add({
      kind: "reorganisation",
      severity: depth >= alarmBlocks ? "alarm" : depth >= warningBlocks ? "warning" : "info",
      begin: time,
      end,
      pid,
      object: { kind: "block", id: tip.hash },
      text: parts.join("; "),
      figures: {
        ...{ depth, height, returned, dropped, first_replaced_hash: replaced[0] ?? null },
        ...{ tip_height: tip.height, tip_hash: tip.hash },
      },
    });
  };

  /** Lists those of an earlier process after those of this one. @param incidents newest first */
  restore(incidents: readonly Incident[]): void {
    this.#log.restore(incidents);
  }

  /** The last fifty of each kind, newest first. */
  get recent(): readonly Incident[] {
    return this.#log.recent;
  }

  /** The new and changed ones since the last call, oldest first; at most a thousand. */
  takeChanges(): Incident[] {
    return this.#log.takeChanges();
  }

  /** Numbers by kind since the start, also of those that are counted in others. */
  get totals(): Readonly<Record<IncidentKind, number>> {
    return this.#log.totals;
  }

  #notice(notice: Notice): void {
    switch (notice.tracepoint) {
      case "corelens:attached":
        this.#passed = null;
        this.#staleTip.begin(notice.time);
        this.#node.attached(notice);
        break;
      case "corelens:ended":
        this.#passed = null;
        this.#staleTip.end();
        this.#node.ended(notice);
        break;
      case "corelens:lost":
        this.#losses.see(notice);
        break;
      case "corelens:settings":
        this.#choices.see(notice);
        break;
      case "corelens:error": {
        const { time, code, message } = notice;
        this.#log.add({
          ...{ kind: "tracing_error", severity: "warning", begin: time, end: time, pid: null },
          object: null,
          text: `Following the node failed: ${printable(message)}`,
          figures: { code },
        });
      }
    }
  }

  #flushed(event: RawEvent): void {
    const { time, duration, mode, coins, memory, forPrune } = flushOf(event);
    if (duration === null || !(duration >= FLUSH_STALL.infoMs)) return;
    const size = coins === null ? "" : ` of ${counted(coins, "coin")}`;
    this.#log.add({
      kind: "flush_stall",
      severity: duration >= FLUSH_STALL.warningMs ? "warning" : "info",
      begin: time - duration,
      end: time,
      pid: event.pid,
      object: null,
      text: `A flush${size} blocked the node for ${durationText(duration * 1e6, "µs")}`,
      figures: { duration_ms: duration, mode, coins, memory_bytes: memory, for_prune: forPrune },
    });
  }

  #misbehaved(event: RawEvent): void {
    const peer = numberIn(event, "peer_id");
    const reason = textIn(event, "reason") ?? "";
    const { time, pid } = event;
    const address = peer === null ? "" : (this.#addressOf(peer) ?? "");
    const where = address === "" ? "" : ` (${printable(address)})`;
    const who = peer === null ? "An unknown peer" : `Peer ${peer}${where}`;
    this.#log.add({
      ...{ kind: "misbehaviour", severity: "info", begin: time, end: time, pid },
      object: peer === null ? null : { kind: "peer", id: peer },
      text: `${who} misbehaved: ${printable(reason) || "no reason given"}`,
      figures: { reason, address: address || null },
    });
  }
}
