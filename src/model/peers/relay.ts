import type { MessageHeader } from "../../event/message.ts";

/** Items of inventory (transactions and blocks) that one side announced. */
export interface RelayView {
  /** In `inv` messages. */
  readonly announced: number;
  /** By the other side, in `getdata` messages. */
  readonly requested: number;
  /** In `tx`, `block` and `merkleblock` messages; compact blocks also come unrequested and do not count. */
  readonly delivered: number;
}

const DELIVERIES: ReadonlySet<string> = new Set(["tx", "block", "merkleblock"]);

/** Type and hash of an item, in bytes. */
const ITEM_SIZE = 36;

/**
 * Counts what a peer and the node announce to each other, and how much of it the other side requests: an item that is
 * not requested was known already. Numbers of items follow from the sizes of messages, so no payload is read.
 */
export class Relay {
  readonly fromPeer = { announced: 0, requested: 0, delivered: 0 };
  readonly toPeer = { announced: 0, requested: 0, delivered: 0 };

  add({ direction, type, size }: MessageHeader): void {
    const isIn = direction === "in";
    const [mine, other] = isIn ? [this.fromPeer, this.toPeer] : [this.toPeer, this.fromPeer];
    if (type === "inv") mine.announced += itemsOf(size);
    else if (type === "getdata") other.requested += itemsOf(size);
    else if (DELIVERIES.has(type)) mine.delivered++;
  }
}

/** Items in a payload of a compact size (1 or 3 bytes) and 36 bytes each. */
function itemsOf(size: number): number {
  return Math.max(0, Math.floor((size - 1) / ITEM_SIZE));
}
