import type { LostNotice } from "../../event/notice.ts";
import { counted } from "../../text/counted.ts";
import { groupedText } from "../../text/format.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import type { Entry, IncidentLog } from "./incident-log.ts";
import { LOSS_PAUSE_MS } from "./thresholds.ts";

const MAX_TRACEPOINTS = 40;

/** Turns losses of events that follow each other into one incident. */
export class TraceLosses {
  readonly #log: IncidentLog;
  #wave: { readonly entry: Entry | null; readonly losses: Losses } | null = null;
  #last = 0;

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  see({ time, lost_tracepoint, lost }: LostNotice): void {
    const losses = this.#wave?.losses ?? new BoundedMap(MAX_TRACEPOINTS, () => ({ lost: 0 }));
    losses.get(lost_tracepoint).lost += lost;
    this.#last = time;
    if (this.#wave) {
      this.#log.change(this.#wave.entry, { ...stateOf(losses), to: time });
      return;
    }
    const entry = this.#log.add({
      ...{ kind: "events_lost", severity: "warning", begin: time, end: null, pid: null },
      object: null,
      ...stateOf(losses),
    });
    this.#wave = { entry, losses };
  }

  advance(now: number): void {
    if (this.#wave === null || now - this.#last < LOSS_PAUSE_MS) return;
    this.#log.change(this.#wave.entry, { end: this.#last });
    this.#wave = null;
  }
}

type Losses = BoundedMap<{ lost: number }>;

function stateOf(losses: Losses) {
  const parts = losses.map((name, { lost }) => ({ name, lost })).sort((a, b) => b.lost - a.lost);
  const lost = parts.reduce((sum, part) => sum + part.lost, 0);
  const most = parts[0]!;
  return {
    text:
      parts.length === 1
        ? `${counted(lost, "event")} of ${most.name} lost`
        : `${counted(lost, "event")} lost, ${groupedText(most.lost)} of them of ${most.name}`,
    figures: {
      lost,
      tracepoints: Object.fromEntries(parts.map((each) => [each.name, each.lost])),
    },
  };
}
