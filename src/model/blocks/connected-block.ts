import { CorelensError } from "../../errors.ts";
import type { RawEvent } from "../../event/event.ts";

/** A block as validation:block_connected tells it, in one unit whatever the release. */
export interface ConnectedBlock {
  readonly hash: string;
  readonly height: number;
  readonly transactions: number;
  /** The coinbase's one included. */
  readonly inputs: number;
  /** As the consensus limit counts them. */
  readonly sigopsCost: number;
  /** In ns: how long ConnectBlock took. Whole microseconds until v24. */
  readonly duration: number;
}

/**
 * @throws CorelensError FIELD_UNKNOWN for a binary whose unit of the duration is not known: v25 changed it without
 *   another trace
 */
export function connectedBlock(event: RawEvent): ConnectedBlock {
  return {
    hash: String(event.hash),
    height: Number(event.height),
    transactions: Number(event.transactions),
    inputs: Number(event.inputs),
    sigopsCost: Number(event.sigops_cost),
    duration: durationOf(event),
  };
}

function durationOf({ duration_ns, duration_us }: RawEvent): number {
  if (duration_ns !== undefined) return Number(duration_ns);
  if (duration_us !== undefined) return Number(duration_us) * 1000;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    "validation:block_connected of this binary has no duration whose unit is known",
    "`corelens check` tells what it lacks or has otherwise than the releases",
  );
}
