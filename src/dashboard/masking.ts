import { hiddenAddress } from "../bitcoin/connection.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { NodeReport } from "../model/node-report.ts";

/*
 * `--private` hides addresses from viewers. They are removed where events come in, so that no page, tail or query can
 * reveal them, not even a test such as `address starts_with "203."`.
 */

const ADDRESS_FIELDS = ["address", "source_address"] as const;

/** The event with addresses reduced to their network, and without the payload, which may contain addresses. */
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

export function maskReport(report: NodeReport): NodeReport {
  const peers = report.peers?.map((peer) => ({
    ...peer,
    address: peer.address === null ? null : hiddenAddress(peer.address),
  }));
  return { ...report, peers: peers ?? null };
}
