import type { SettingsNotice } from "../../event/notice.ts";
import { durationText } from "../../text/format.ts";
import type { IncidentObject } from "./incident.ts";
import type { Entry, IncidentLog } from "./incident-log.ts";

/** Follows what viewers of the dashboard choose: tracepoints that are off, and peers with payloads. */
export class TraceChoices {
  readonly #log: IncidentLog;
  #off = new Map<string, Choice>();
  #peers = new Map<number, Choice>();

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  see({ time, off, peers }: SettingsNotice): void {
    this.#off = this.#next(this.#off, off, time, (name) => ({
      kind: "tracepoint_off",
      object: { kind: "tracepoint", id: name },
      is: `${name} is off: its events are missing`,
      was: `${name} was off`,
    }));
    this.#peers = this.#next(this.#peers, peers, time, (id) => ({
      kind: "payloads_read",
      object: { kind: "peer", id },
      is: `Payloads of peer ${id} are read, because a viewer opened its conversation`,
      was: `Payloads of peer ${id} were read`,
    }));
  }

  /** Begins what is new in the choices, and ends what is no longer in them. */
  #next<Id>(
    before: ReadonlyMap<Id, Choice>,
    chosen: readonly Id[],
    time: number,
    describe: (id: Id) => Description,
  ): Map<Id, Choice> {
    for (const [id, { since, entry }] of before) {
      if (chosen.includes(id)) continue;
      const text = `${describe(id).was} for ${durationText((time - since) * 1e6, "µs")}`;
      this.#log.change(entry, { text, end: time, to: time });
    }
    const choices = chosen.map((id) => [id, before.get(id) ?? this.#begin(describe(id), time)]);
    return new Map(choices as [Id, Choice][]);
  }

  #begin({ kind, object, is }: Description, time: number): Choice {
    const entry = this.#log.add({
      ...{ kind, severity: "info", begin: time, end: null, pid: null, object },
      ...{ text: is, figures: {} },
    });
    return { since: time, entry };
  }
}

interface Choice {
  readonly since: number;
  readonly entry: Entry | null;
}

interface Description {
  readonly kind: "tracepoint_off" | "payloads_read";
  readonly object: IncidentObject;
  /** The sentences while the choice holds, and after. */
  readonly is: string;
  readonly was: string;
}
