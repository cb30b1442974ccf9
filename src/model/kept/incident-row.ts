import type { Incident, IncidentObject, Severity } from "../incidents/incident.ts";
import type { IncidentKind } from "../incidents/kinds.ts";
import type { KeptRow } from "./tables.ts";

/** @param updated ms since the epoch */
export function incidentRow(incident: Incident, updated: number): KeptRow<"incidents"> {
  const { id, kind, severity, begin, end, pid, object, text, evidence } = incident;
  return {
    ...{ time: begin, updated, id, kind, severity, ended: end, pid },
    object_kind: object?.kind ?? null,
    object_id: object === null ? null : String(object.id),
    text,
    evidence,
  };
}

/** The reverse. */
export function keptIncident(row: KeptRow<"incidents">): Incident {
  return {
    id: row.id!,
    kind: row.kind as IncidentKind,
    severity: row.severity as Severity,
    begin: row.time!,
    end: row.ended,
    pid: row.pid,
    object: objectOf(row),
    text: row.text!,
    evidence: row.evidence as Incident["evidence"],
  };
}

function objectOf({ object_kind, object_id }: KeptRow<"incidents">): IncidentObject | null {
  if (object_kind === null || object_id === null) return null;
  const kind = object_kind as IncidentObject["kind"];
  const isNumber = kind === "peer" || kind === "node";
  return { kind, id: isNumber ? Number(object_id) : object_id };
}
