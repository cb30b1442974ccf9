import type { MessageType } from "../../bitcoin/message-types.ts";

/*
 * What a message from a peer can cause while Bitcoin Core processes it.
 *
 * One thread does the work for all peers, in turns:
 *
 *     for each peer:  ProcessMessages: one message ── net:inbound_message
 *                                                     its effects: mempool, chain, coins, answers
 *                     SendMessages:    what is due ── net:outbound_message: inv, ping, addr, feefilter, …
 *
 * So an event on this thread after net:inbound_message is an effect of that message if the message can have it, and if
 * no message that only SendMessages sends came between. Orphans and delayed work run at the start of a later turn; they
 * have no message of their own and get no cause.
 */

/** Messages that can make the node check a transaction or a block. */
const BLOCK: readonly MessageType[] = ["block", "cmpctblock", "blocktxn"];
const TRANSACTION_OR_BLOCK: readonly MessageType[] = ["tx", ...BLOCK];

/** By tracepoint: the types of messages that can cause it; null for any type. */
export const EFFECTS: Readonly<Record<string, readonly MessageType[] | null>> = {
  "mempool:added": TRANSACTION_OR_BLOCK,
  "mempool:removed": TRANSACTION_OR_BLOCK,
  "mempool:replaced": TRANSACTION_OR_BLOCK,
  "mempool:rejected": TRANSACTION_OR_BLOCK,
  "validation:block_connected": BLOCK,
  "utxocache:add": BLOCK,
  "utxocache:spent": BLOCK,
  "utxocache:uncache": TRANSACTION_OR_BLOCK,
  "utxocache:flush": TRANSACTION_OR_BLOCK,
  "addrman:attempt_add": ["addr", "addrv2"],
  "addrman:move_to_good": ["version", "verack"],
  "net:misbehaving_connection": null,
};

/** By type of a message to the same peer: the types that it answers at once. */
export const ANSWERS: Readonly<Partial<Record<MessageType, readonly MessageType[]>>> = {
  wtxidrelay: ["version"],
  sendaddrv2: ["version"],
  verack: ["version"],
  sendcmpct: ["verack"],
  sendheaders: ["verack"],
  pong: ["ping"],
  headers: ["getheaders"],
  tx: ["getdata"],
  notfound: ["getdata"],
  merkleblock: ["getdata"],
  block: ["getdata", "getblocktxn"],
  cmpctblock: ["getdata"],
  blocktxn: ["getblocktxn"],
  getblocktxn: ["cmpctblock"],
  getheaders: ["inv", "headers", "cmpctblock", "block"],
  getdata: ["headers", "cmpctblock", "blocktxn"],
  cfilter: ["getcfilters"],
  cfheaders: ["getcfheaders"],
  cfcheckpt: ["getcfcheckpt"],
};

/** Messages to other peers that relay a block while it is processed. */
export const RELAYED: Readonly<Partial<Record<MessageType, readonly MessageType[]>>> = {
  cmpctblock: BLOCK,
  sendcmpct: BLOCK,
};

/** Messages that only SendMessages sends: the work for the message before is done. */
export const DUE: ReadonlySet<unknown> = new Set<MessageType>([
  "inv",
  "ping",
  "addr",
  "addrv2",
  "feefilter",
]);
