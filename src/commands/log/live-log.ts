import type { RawEvent } from "../../event/event.ts";
import type { Notice, StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import type { Incident } from "../../model/incidents/incident.ts";
import { IncidentWatch } from "../../model/incidents/incident-watch.ts";
import type { LineTool } from "../../text/line-tool.ts";
import { RecentMap } from "../../util/recent-map.ts";
import type { IncidentLines } from "./incident-lines.ts";

/** A printed incident that changes is printed again when it ends, otherwise after this time. */
const AGAIN_MS = 60_000;
const MAX_PRINTED = 2000;

/** Prints incidents as they happen. */
export class LiveLog implements LineTool {
  readonly #watch = new IncidentWatch();
  readonly #source: Pick<EventSource, "kinds">;
  readonly #lines: IncidentLines;
  /** Whether each printed incident went on when it was printed. */
  readonly #printed = new RecentMap<string, { readonly goesOn: boolean }>(MAX_PRINTED);
  /** Printed incidents that have changed since. */
  readonly #changed = new Map<string, { readonly incident: Incident; readonly since: number }>();

  constructor(source: Pick<EventSource, "kinds">, lines: IncidentLines) {
    this.#source = source;
    this.#lines = lines;
  }

  print(event: RawEvent): string {
    return this.#see(event);
  }

  /** Incidents say what a notice says. */
  notice(notice: Notice): string {
    return this.#see(notice);
  }

  tick(now: number): string {
    this.#watch.advance(now);
    return this.#due(now);
  }

  end(): string {
    this.#watch.rest();
    return this.#due(Number.POSITIVE_INFINITY);
  }

  #see(event: StreamEvent): string {
    this.#watch.learn(this.#source.kinds);
    this.#watch.see(event);
    return this.#due(event.time);
  }

  #due(now: number): string {
    let text = "";
    for (const incident of this.#watch.incidents.takeChanges()) {
      if (!this.#lines.isChosen(incident)) continue;
      const { id } = incident;
      if (this.#printed.get(id) === undefined) text += this.#print(incident, incident.begin);
      else this.#changed.set(id, { incident, since: this.#changed.get(id)?.since ?? now });
    }
    for (const [id, { incident, since }] of this.#changed) {
      const hasEnded = incident.end !== null && this.#printed.get(id)?.goesOn === true;
      if (!hasEnded && now - since < AGAIN_MS) continue;
      this.#changed.delete(id);
      text += this.#print(incident, incident.evidence.to);
    }
    return text;
  }

  #print(incident: Incident, time: number): string {
    this.#printed.set(incident.id, { goesOn: incident.end === null });
    return this.#lines.line(incident, time);
  }
}
