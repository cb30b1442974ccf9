import { isoTime, jsonLine } from "../../event/json.ts";
import { type Incident, isAtLeast, type Severity } from "../../model/incidents/incident.ts";
import { INCIDENT_KINDS, type IncidentKind } from "../../model/incidents/kinds.ts";
import { clockTime } from "../../text/event-text.ts";
import type { LineStyle } from "../../text/line-tool.ts";

/** Which incidents are printed. */
export interface IncidentChoice {
  readonly kind: IncidentKind | null;
  readonly severity: Severity;
}

const STYLES = { info: "name", warning: "warning", alarm: "problem" } as const;
const WIDTH = Math.max(...Object.values(INCIDENT_KINDS).map(({ title }) => title.length));

/** Writes incidents as lines of text, below a line with each new day, or as lines of JSON. */
export class IncidentLines {
  readonly #choice: IncidentChoice;
  readonly #style: LineStyle;
  #day = "";

  constructor(choice: IncidentChoice, style: LineStyle) {
    this.#choice = choice;
    this.#style = style;
  }

  /** Whether a line shows that its incident has ended, even if its sentence is the same. */
  get showsEnd(): boolean {
    return this.#style.json;
  }

  isChosen({ kind, severity }: Incident): boolean {
    const choice = this.#choice;
    return (choice.kind ?? kind) === kind && isAtLeast(severity, choice.severity);
  }

  /** @param time of the line: the beginning, or the last change of what was already printed */
  line(incident: Incident, time = incident.begin): string {
    if (this.#style.json) return incidentJson(incident);
    const { paint } = this.#style;
    const { kind, severity, text } = incident;
    const title = paint(STYLES[severity], INCIDENT_KINDS[kind].title.padEnd(WIDTH));
    return `${this.#dayLine(time)}${paint("faint", clockTime(time).slice(0, 8))}  ${title}  ${text}\n`;
  }

  #dayLine(time: number): string {
    const date = new Date(time);
    const two = (number: number): string => String(number).padStart(2, "0");
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (day === this.#day) return "";
    this.#day = day;
    return `${this.#style.paint("faint", day)}\n`;
  }
}

function incidentJson({ begin, end, evidence, ...rest }: Incident): string {
  const { from, to, figures } = evidence;
  return jsonLine(
    "corelens:incident",
    {
      ...rest,
      end_time: end === null ? null : isoTime(end),
      evidence: { from_time: isoTime(from), to_time: isoTime(to), ...figures },
    },
    begin,
  );
}
