import { CorelensError } from "../../errors.ts";
import type { RawEvent } from "../../event/event.ts";
import { type ConnectedBlock, connectedBlock } from "../../model/blocks/connected-block.ts";

/** A connected block with all of its values. */
export type MeasuredBlock = {
  readonly [Name in keyof ConnectedBlock]: NonNullable<ConnectedBlock[Name]>;
};

/** @throws CorelensError FIELD_UNKNOWN if the fields or the unit of the duration are unknown */
export function measuredBlock(event: RawEvent): MeasuredBlock {
  const block = connectedBlock(event);
  if (isMeasured(block)) return block;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    "validation:block_connected of this binary lacks a field, or the unit of its duration is unknown",
    "run `corelens check` to see how its tracepoints differ from the releases",
  );
}

function isMeasured(block: ConnectedBlock): block is MeasuredBlock {
  return Object.values(block).every((value) => value !== null);
}
