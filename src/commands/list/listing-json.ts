import { unreadableOf, unreadableText } from "../../contract/readable.ts";
import type { Field } from "../../contract/types.ts";
import { jsonLine } from "../../event/json.ts";
import { type Listing, listedProbes, obstacleToAll, semaphoreOf } from "../../terminal/listing.ts";
import { probesJson } from "../../usdt/listing/json.ts";
import type { Probe } from "../../usdt/probe.ts";

/**
 * A line with the probes of a file (`probesJson`) and the tracepoints that corelens recognised:
 *
 * | member | value |
 * |---|---|
 * | `pid` | the process that uses the file, or null |
 * | `releases` | `{ since, until }`, the possible releases of Bitcoin Core, or null; `until` is null for "and later" |
 * | `tracepoints[].name` | `context:event` |
 * | `tracepoints[].status` | `"contract"`, `"drift"` or `"unknown"` |
 * | `tracepoints[].fields` | a list of `Field`: `name`, `type`, `meaning`, `unit`, … |
 * | `tracepoints[].fields[].unreadable` | why it cannot be read at `unreadable_sites` of the sites; absent if it can. If it is unreadable at all sites, its `type` is `"unreadable"` |
 * | `tracepoints[].sites` | the number of its probes |
 * | `tracepoints[].semaphore` | above 0 while it is traced; null if it has no semaphore or cannot be read |
 * | `tracepoints[].obstacle` | why corelens cannot attach with this file, such as a file of debug information; null if it can |
 */
export function listingJson(listing: Listing): string {
  const { binary, tracepoints, process, semaphores } = listing;
  const members = probesJson(
    binary,
    { probes: listedProbes(listing), problems: binary.problems },
    {
      pid: process?.pid ?? null,
      releases: binary.recognition.releases,
      tracepoints: tracepoints.map((tracepoint) => ({
        name: tracepoint.name,
        status: tracepoint.status,
        fields: tracepoint.fields.map((field, index) => fieldJson(field, index, tracepoint.sites)),
        sites: tracepoint.sites.length,
        semaphore: semaphoreOf(tracepoint.sites, semaphores) ?? null,
        obstacle: obstacleToAll(tracepoint),
      })),
    },
  );
  return jsonLine("corelens:listed", members);
}

/** A field that is unreadable at all sites has no type in events. */
function fieldJson(field: Field, index: number, sites: readonly Probe[]): Record<string, unknown> {
  const unreadable = unreadableOf(field, index, sites);
  if (unreadable === null) return { ...field };
  return {
    ...field,
    ...(field.unreadable !== undefined && { type: "unreadable" }),
    unreadable: unreadableText(unreadable),
    unreadableSites: unreadable.sites,
  };
}
