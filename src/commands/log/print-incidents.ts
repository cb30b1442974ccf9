import type { EventSource } from "../../event/source.ts";
import type { Incident } from "../../model/incidents/incident.ts";
import { IncidentWatch } from "../../model/incidents/incident-watch.ts";
import { firstJsonLine } from "../../terminal/json-stream.ts";
import { Output } from "../../terminal/output.ts";
import type { IncidentLines } from "./incident-lines.ts";

/**
 * Prints incidents that are known to their end, e.g. those of a recording.
 * @param incidents oldest first
 * @returns the exit status
 */
export async function printIncidents(
  incidents: AsyncIterable<Incident>,
  lines: IncidentLines,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const output = new Output();
  if (json) await output.write(firstJsonLine());
  let printed = 0;
  for await (const incident of incidents) {
    if (!lines.isChosen(incident)) continue;
    printed++;
    const line = lines.line(incident);
    await (json ? output.write(line) : output.writeLines(line));
  }
  if (printed === 0 && !json) await output.write("No such incident.\n");
  return 0;
}

/**
 * The incidents of a source that ends, oldest first.
 * @param sinceMs only those that went on or began in this time before its end, in ms; null for all
 */
export async function* incidentsOf(
  source: EventSource,
  sinceMs: number | null,
): AsyncGenerator<Incident> {
  const watch = new IncidentWatch();
  // A group has at most three in ten minutes, so time bounds their number.
  const all = new Map<string, Incident>();
  let last = 0;
  const take = (): void => {
    for (const incident of watch.incidents.takeChanges()) all.set(incident.id, incident);
  };
  try {
    for await (const events of source.batches()) {
      watch.learn(source.kinds);
      for (const event of events) watch.see(event);
      last = events.at(-1)?.time ?? last;
      take();
    }
    watch.rest();
    take();
  } finally {
    await source.close();
  }
  const since = sinceMs === null ? Number.NEGATIVE_INFINITY : last - sinceMs;
  const chosen = [...all.values()].filter(({ end }) => (end ?? last) >= since);
  yield* chosen.sort((a, b) => a.begin - b.begin);
}
