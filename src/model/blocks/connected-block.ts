import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import { nanosecondsOf } from "../values.ts";

/**
 * A block as validation:block_connected describes it, in the same units for every release. A field that a release or a
 * changed binary does not have is null.
 */
export interface ConnectedBlock {
  readonly hash: string | null;
  readonly height: number | null;
  readonly transactions: number | null;
  /** Including the coinbase's. */
  readonly inputs: number | null;
  /** As the consensus limit counts them. */
  readonly sigops_cost: number | null;
  /** How long ConnectBlock took. Whole microseconds until v24; null where the unit is unknown. */
  readonly duration_ns: number | null;
}

export function connectedBlock(event: RawEvent): ConnectedBlock {
  return {
    hash: textIn(event, "hash"),
    height: numberIn(event, "height"),
    transactions: numberIn(event, "transactions"),
    inputs: numberIn(event, "inputs"),
    sigops_cost: numberIn(event, "sigops_cost"),
    duration_ns: nanosecondsOf(event),
  };
}
