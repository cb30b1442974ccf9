import type { IncidentKind } from "./kinds.ts";

/** Least severe first. Only an alarm needs an operator at once. */
export const SEVERITIES = ["info", "warning", "alarm"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What an incident is about: a block by hash, a peer by number, a tracepoint by name, a node by process id. */
export interface IncidentObject {
  readonly kind: "block" | "peer" | "tx" | "tracepoint" | "node";
  readonly id: string | number;
}

/** The figures of an incident, by names in snake_case that end with their unit. */
export type Figures = Readonly<
  Record<string, string | number | boolean | null | Readonly<Record<string, number>>>
>;

/** Something that happened to a node or to its trace, and that its operator may want to know. */
export interface Incident {
  /** Made from the kind, the beginning and the object: the same live and replayed. */
  readonly id: string;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  /** Ms since the epoch. */
  readonly begin: number;
  /** Ms since the epoch; null while it goes on. */
  readonly end: number | null;
  /** The node's process; null if the incident is not about one. */
  readonly pid: number | null;
  readonly object: IncidentObject | null;
  /** A sentence without its full stop. */
  readonly text: string;
  readonly evidence: {
    /** Times of the first and the last event that the incident is made from, in ms since the epoch. */
    readonly from: number;
    readonly to: number;
    readonly figures: Figures;
  };
}

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}
