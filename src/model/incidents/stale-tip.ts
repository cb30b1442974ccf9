import type { RawEvent } from "../../event/event.ts";
import { groupedText, spanText } from "../../text/format.ts";
import type { Severity } from "./incident.ts";
import type { Entry, IncidentLog } from "./incident-log.ts";
import { MINUTE_MS, STALE_TIP } from "./thresholds.ts";

/** Mean time between blocks. */
const MEAN_MS = 10 * MINUTE_MS;

/**
 * Finds times without a block. Regtest nodes have them at any time, so the node must have opened a connection by itself
 * at least once: feelers, every two minutes, are such connections.
 */
export class StaleTip {
  readonly #log: IncidentLog;
  /** Time of the last block, or of the beginning; null before the first event. */
  #since: number | null = null;
  #isTraced = true;
  #height: number | null = null;
  #pid: number | null = null;
  #incident: { readonly entry: Entry | null; renewed: number } | null = null;
  /** Whether the tracepoint of connections exists. */
  showsConnections = false;
  #hasOwnConnections = false;

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  /** Begins to wait for a block. */
  begin(time: number): void {
    this.#since = time;
    this.#height = null;
    this.#isTraced = true;
    this.#incident = null;
  }

  /** The node ended: nothing can connect. */
  end(): void {
    this.#isTraced = false;
    this.#incident = null;
  }

  opened(connectionType: unknown): void {
    this.#hasOwnConnections ||= OWN_CHOICE.has(connectionType);
  }

  connected({ time, pid, height }: RawEvent): void {
    this.advance(time);
    if (this.#incident) {
      const state = { text: this.#text(time), figures: this.#figures(time) };
      this.#log.change(this.#incident.entry, { ...state, end: time, to: time });
    }
    this.begin(time);
    this.#height = typeof height === "number" ? height : null;
    this.#pid = pid;
  }

  advance(now: number): void {
    this.#since ??= now;
    if (!this.#isTraced) return;
    const age = now - this.#since;
    if (age < STALE_TIP.infoMs || (this.showsConnections && !this.#hasOwnConnections)) return;
    const state = { text: this.#text(now), severity: severityAt(age), to: now };
    if (this.#incident === null) {
      const entry = this.#log.add({
        ...{ kind: "stale_tip", begin: now, end: null, from: this.#since, pid: this.#pid },
        object: null,
        figures: this.#figures(now),
        ...state,
      });
      this.#incident = { entry, renewed: now };
    } else if (now - this.#incident.renewed >= STALE_TIP.renewalMs) {
      this.#incident.renewed = now;
      this.#log.change(this.#incident.entry, { ...state, figures: this.#figures(now) });
    }
  }

  /** `No block for 2 h 5 min; by chance, a gap is that long once in 5 years` */
  #text(now: number): string {
    const age = now - this.#since!;
    return `No block for ${spanText(age / 1000)}; by chance, a gap is that long ${rarityText(age)}`;
  }

  #figures(now: number) {
    const age = now - this.#since!;
    return {
      age_seconds: Math.round(age / 1000),
      probability: Number(Math.exp(-age / MEAN_MS).toPrecision(2)),
      last_height: this.#height,
    };
  }
}

/** Connections that a node opens by itself, in contrast to those that its operator asked for. */
const OWN_CHOICE: ReadonlySet<unknown> = new Set([
  ...["outbound-full-relay", "block-relay-only", "feeler", "addr-fetch"],
]);

function severityAt(age: number): Severity {
  if (age >= STALE_TIP.alarmMs) return "alarm";
  return age >= STALE_TIP.warningMs ? "warning" : "info";
}

/** How often a gap is at least this long, if blocks come by chance: `once in 2.8 days`. */
function rarityText(age: number): string {
  const days = (Math.exp(age / MEAN_MS) * MEAN_MS) / (24 * 60 * MINUTE_MS);
  if (days < 100) return `once in ${days.toFixed(1)} days`;
  if (days < 365) return `once in ${Math.round(days)} days`;
  const years = days / 365;
  if (years > 10_000) return "never";
  return `once in ${years < 10 ? years.toFixed(1) : groupedText(Math.round(years))} years`;
}
