/** All message types of Bitcoin Core since v23, and retired types that other software still sends. */
export const MESSAGE_TYPES = [
  "version",
  "verack",
  "wtxidrelay",
  "sendaddrv2",
  "sendtxrcncl",
  "feature",
  "sendheaders",
  "sendcmpct",
  "feefilter",
  "ping",
  "pong",
  "getaddr",
  "addr",
  "addrv2",
  "inv",
  "getdata",
  "notfound",
  "tx",
  "mempool",
  "getblocks",
  "getheaders",
  "headers",
  "block",
  "cmpctblock",
  "getblocktxn",
  "blocktxn",
  "filterload",
  "filteradd",
  "filterclear",
  "merkleblock",
  "getcfilters",
  "cfilter",
  "getcfheaders",
  "cfheaders",
  "getcfcheckpt",
  "cfcheckpt",
  "reject",
  "alert",
] as const;

/** A type whose payload corelens can decode. */
export type MessageType = (typeof MESSAGE_TYPES)[number];

const KNOWN: ReadonlySet<string> = new Set(MESSAGE_TYPES);

/** Whether the type is in the list. Peers can send any type name; memory stays bounded only for names in the list. */
export function isMessageType(name: string): name is MessageType {
  return KNOWN.has(name);
}
