import { hiddenAddress } from "../bitcoin/connection.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { NodeReport } from "../model/node-report.ts";

/*
 * `--private`: whose address it is, nobody sees who looks at the pages. It is taken out where events come in, so that
 * no page, no tail and no query can tell it, not even by asking whether it begins with something.
 */

const ADDRESS_FIELDS = ["address", "source_address"] as const;

/** The event with its addresses reduced to their network, and without a payload, which may hold any. */
export function maskEvent(event: StreamEvent): StreamEvent {
  let masked: Record<string, unknown> | undefined;
  if ("payload" in event) masked = { ...event, payload: null };
  for (const field of ADDRESS_FIELDS) {
    const address = (event as Readonly<Record<string, unknown>>)[field];
    if (typeof address !== "string") continue;
    masked ??= { ...event };
    masked[field] = hiddenAddress(address);
  }
  return (masked as StreamEvent | undefined) ?? event;
}

export function maskReport(says: NodeReport): NodeReport {
  const peers = says.peers?.map((peer) => ({
    ...peer,
    address: peer.address === null ? null : hiddenAddress(peer.address),
  }));
  return { ...says, peers: peers ?? null };
}
