import type { BlockDocument } from "../blocks/block-document.ts";
import type { Reorganisation } from "../chain/reorganisation.ts";
import type { Flush } from "../coins/flushes.ts";
import type { Incident } from "../incidents/incident.ts";
import { keptIncident } from "./incident-row.ts";
import type { KeptRow } from "./tables.ts";

/** What pages list, made from the rows that an earlier process kept; each newest first. */
export interface KeptLists {
  readonly blocks: readonly BlockDocument[];
  readonly reorganisations: readonly Reorganisation[];
  readonly flushes: readonly Omit<Flush, "number">[];
  readonly incidents: readonly Incident[];
}

type Row = Readonly<Record<string, unknown>>;

/** The reverse of `KeptRows`. @param rows with times in ms since the epoch, and JSON as text */
export function keptLists(rows: Readonly<Record<keyof KeptLists, readonly Row[]>>): KeptLists {
  return {
    blocks: rows.blocks.map(({ document }) => JSON.parse(String(document)) as BlockDocument),
    reorganisations: rows.reorganisations.map(
      ({ replaced, tip_height: height, tip_hash: hash, ...row }) =>
        ({
          ...row,
          replaced: JSON.parse(String(replaced)),
          tip: { height, hash },
        }) as Reorganisation,
    ),
    flushes: rows.flushes.map(
      ({ duration_ms: duration, memory_bytes: memory, for_prune: forPrune, ...row }) =>
        ({ ...row, duration, memory, forPrune }) as Omit<Flush, "number">,
    ),
    incidents: rows.incidents.map(({ evidence, ...row }) =>
      ended(
        keptIncident({ ...row, evidence: JSON.parse(String(evidence)) } as KeptRow<"incidents">),
      ),
    ),
  };
}

/** What went on when the process ended is over: its end is unknown, its last event is not. */
function ended(incident: Incident): Incident {
  return { ...incident, end: incident.end ?? incident.evidence.to };
}
