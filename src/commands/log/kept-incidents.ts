import type { Incident } from "../../model/incidents/incident.ts";
import { printNote } from "../../terminal/print-note.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { printable } from "../../text/printable.ts";

/**
 * Shows the incidents that a dashboard kept, oldest first.
 * @param sinceMs those that began, or went on, in this time before now
 * @param show gets them in a process without privileges
 * @returns the exit status
 */
export function withKeptIncidents(
  directory: string,
  sinceMs: number,
  show: (incidents: AsyncIterable<Incident>) => Promise<number>,
): Promise<number> {
  return runWithoutRights({
    access: { rpc: null, ipc: null },
    prepare: load,
    run: async ({ KeptReader, StateDirectory, keptIncident, timestamp }) => {
      const reader = await KeptReader.open(new StateDirectory(directory));
      try {
        for (const path of reader.damaged) printNote(`damaged, left out: ${printable(path)}\n`);
        const since = timestamp(Date.now() - sinceMs);
        const clause = `WHERE coalesce(ended, updated) >= ${since} ORDER BY time, id`;
        const rows = await reader.wholeRows("incidents", clause);
        return await show(each(rows.map(keptIncident)));
      } finally {
        reader.close();
      }
    },
  });
}

async function* each(incidents: readonly Incident[]): AsyncGenerator<Incident> {
  yield* incidents;
}

/** All code: its files may be unreadable without privileges. */
async function load() {
  const { requireEngine } = await import("../../store/database.ts");
  await requireEngine();
  const { KeptReader, timestamp } = await import("../../store/kept-reader.ts");
  const { StateDirectory } = await import("../../store/state-directory.ts");
  const { keptIncident } = await import("../../model/kept/incident-row.ts");
  return { KeptReader, StateDirectory, keptIncident, timestamp };
}
