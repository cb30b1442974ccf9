import { unreadableOf, unreadableText } from "../../contract/readable.ts";
import type { Field } from "../../contract/types.ts";
import { jsonLine } from "../../event/json.ts";
import { type Listing, listedProbes, obstacleToAll, semaphoreOf } from "../../terminal/listing.ts";
import { probesJson } from "../../usdt/listing/json.ts";
import type { Probe } from "../../usdt/probe.ts";

/**
 * A line with a file's probes as `probesJson` has them, with the tracepoints that corelens recognised:
 *
 * | member | value |
 * |---|---|
 * | `pid` | the process it was found in, or null |
 * | `releases` | `{ since, until }`, the releases of Bitcoin Core it can be of, or null; `until` null: and later |
 * | `tracepoints[].name` | `context:event` |
 * | `tracepoints[].status` | `"contract"`, `"drift"` or `"unknown"` |
 * | `tracepoints[].fields` | a list of `Field`: `name`, `type`, `meaning`, `unit`, … |
 * | `tracepoints[].fields[].unreadable` | why it cannot be read at `unreadable_sites` of the sites; absent where it can. Where no site lets it be read, its `type` is `"unreadable"` |
 * | `tracepoints[].sites` | the number of its probes |
 * | `tracepoints[].semaphore` | above 0 while it is traced; null without a semaphore or where it cannot be read |
 * | `tracepoints[].obstacle` | why it cannot be attached to by this file, such as one of debug information; null when it can |
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

/** A field that no site lets be read has no type that events will show. */
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
