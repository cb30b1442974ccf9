import type { RawEvent } from "../../event/event.ts";
import type { Notice, StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import type { Incident } from "../../model/incidents/incident.ts";
import { IncidentWatch } from "../../model/incidents/incident-watch.ts";
import { GROUP_MS } from "../../model/incidents/thresholds.ts";
import type { LineTool } from "../../text/line-tool.ts";
import { RecentMap } from "../../util/recent-map.ts";
import type { IncidentLines } from "./incident-lines.ts";

const MAX_PRINTED = 2000;
const END = Number.POSITIVE_INFINITY;

/** What an incident was when it was printed. */
type Printed = Pick<Incident, "severity" | "end" | "text">;

/**
 * Prints incidents as they happen. One that changes is printed again when it ends or becomes more severe, otherwise
 * when no more can join its group.
 */
export class LiveLog implements LineTool {
  readonly #watch = new IncidentWatch();
  readonly #source: Pick<EventSource, "kinds">;
  readonly #lines: IncidentLines;
  readonly #printed = new RecentMap<string, Printed>(MAX_PRINTED);
  /** Printed incidents that have changed since. */
  readonly #changed = new Map<string, Incident>();

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
    return this.#due(END);
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
      const isNew = this.#printed.get(incident.id) === undefined;
      if (isNew) text += this.#print(incident, incident.begin);
      else this.#changed.set(incident.id, incident);
    }
    for (const [id, incident] of this.#changed) {
      const { begin, end, evidence } = incident;
      const isNews = this.#isNews(incident);
      const isWhole = end !== null && now - begin >= GROUP_MS;
      if (!isNews && !isWhole && now !== END) continue;
      this.#changed.delete(id);
      if (!this.#lines.showsEnd && incident.text === this.#printed.get(id)?.text) continue;
      text += this.#print(incident, now === END ? evidence.to : now);
    }
    return text;
  }

  #isNews({ id, severity, end }: Incident): boolean {
    const printed = this.#printed.get(id);
    return printed?.severity !== severity || (printed.end === null && end !== null);
  }

  #print(incident: Incident, time: number): string {
    this.#printed.set(incident.id, incident);
    return this.#lines.line(incident, time);
  }
}
