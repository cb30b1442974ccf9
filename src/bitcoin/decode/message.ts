/**
 * P2P payloads as plain objects for JSON. docs/p2p-messages.md describes the object of each type.
 */
import { isMessageType, type MessageType } from "../message-types.ts";
import { readBlock, readHeaders, readMerkleBlock } from "./block.ts";
import { readFilterAdd, readFilterLoad } from "./bloom-filter.ts";
import {
  readBlockTransactions,
  readCompactBlock,
  readGetBlockTransactions,
  readSendCompact,
} from "./compact-block.ts";
import {
  readFilter,
  readFilterCheckpoints,
  readFilterHeaders,
  readFilterRange,
  readGetFilterCheckpoints,
} from "./compact-filter.ts";
import { type Read, struct } from "./fields.ts";
import { readAddr, readAddrV2 } from "./gossip.ts";
import { readInventory } from "./inventory.ts";
import { readLocator } from "./locator.ts";
import {
  readFeature,
  readFeeFilter,
  readPing,
  readPong,
  readReconciliation,
} from "./negotiation.ts";
import { ByteReader, type Incomplete } from "./reader.ts";
import { readAlert, readReject } from "./retired.ts";
import { readTransaction } from "./transaction.ts";
import { readVersion } from "./version.ts";

const readNothing = struct<unknown>({});

const READERS = {
  version: readVersion,
  verack: readNothing,
  wtxidrelay: readNothing,
  sendaddrv2: readNothing,
  sendtxrcncl: readReconciliation,
  feature: readFeature,
  sendheaders: readNothing,
  sendcmpct: readSendCompact,
  feefilter: readFeeFilter,
  ping: readPing,
  pong: readPong,
  getaddr: readNothing,
  addr: readAddr,
  addrv2: readAddrV2,
  inv: readInventory,
  getdata: readInventory,
  notfound: readInventory,
  tx: readTransaction,
  mempool: readNothing,
  getblocks: readLocator,
  getheaders: readLocator,
  headers: readHeaders,
  block: readBlock,
  cmpctblock: readCompactBlock,
  getblocktxn: readGetBlockTransactions,
  blocktxn: readBlockTransactions,
  filterload: readFilterLoad,
  filteradd: readFilterAdd,
  filterclear: readNothing,
  merkleblock: readMerkleBlock,
  getcfilters: readFilterRange,
  cfilter: readFilter,
  getcfheaders: readFilterRange,
  cfheaders: readFilterHeaders,
  getcfcheckpt: readGetFilterCheckpoints,
  cfcheckpt: readFilterCheckpoints,
  reject: readReject,
  alert: readAlert,
} as const satisfies Readonly<Record<MessageType, Read<unknown>>>;

type Readers = typeof READERS;
/** The fields of one message type. */
export type MessageFields<Type extends MessageType> = ReturnType<Readers[Type]>;

/** A complete message. */
export type WholeMessage<Type extends MessageType> = {
  readonly type: Type;
  readonly incomplete?: undefined;
  /** The number of bytes after the last field; absent when it is 0. */
  readonly trailing?: number;
} & MessageFields<Type>;

/** An incomplete message: it has the fields, and the entries of a list, before the place of the error. */
export type BrokenMessage<Type extends MessageType> = {
  readonly type: Type;
  readonly incomplete: Incomplete;
} & Partial<MessageFields<Type>>;

/** A message of an unknown type, in hex digits. */
export interface UnknownMessage {
  readonly type: "unknown";
  readonly msg_type: string;
  readonly payload: string;
  /** Present when the payload was captured only in part. */
  readonly incomplete?: Incomplete;
}

export type KnownMessage<Type extends MessageType = MessageType> = {
  [T in Type]: WholeMessage<T> | BrokenMessage<T>;
}[Type];

export type DecodedMessage = KnownMessage | UnknownMessage;

/**
 * Decodes a payload. It accepts any bytes and never throws: `incomplete` names the first unreadable place.
 *
 * The value is a plain object for JSON. Hashes are in display order, amounts in sat, scripts in hex digits; integers
 * beyond ±2^53 are strings of digits.
 *
 * @param type the tracepoint's `msg_type`
 * @param payload without the 24-byte header, as the `net:*_message` tracepoints pass it
 * @param size the tracepoint's `size`: the full size of the payload, which may be captured only in part
 */
export function decodeMessage<Type extends MessageType>(
  type: Type,
  payload: Uint8Array,
  size?: number | bigint,
): KnownMessage<Type>;
export function decodeMessage(
  type: string,
  payload: Uint8Array,
  size?: number | bigint,
): DecodedMessage;
export function decodeMessage(
  type: string,
  payload: Uint8Array,
  size: number | bigint = payload.length,
): DecodedMessage {
  const reader = new ByteReader(payload, Number(size));
  if (!isMessageType(type)) return decodeUnknown(type, reader);
  const read: Read<unknown> = READERS[type];
  const fields = read(reader) as object;
  const { incomplete } = reader;
  if (incomplete !== null) return { type, ...fields, incomplete } as DecodedMessage;
  const trailing = reader.size - reader.at;
  return { type, ...fields, ...(trailing > 0 && { trailing }) } as DecodedMessage;
}

function decodeUnknown(type: string, reader: ByteReader): UnknownMessage {
  const payload = reader.hex(reader.bytes.length);
  reader.skip(reader.size - reader.at);
  if (reader.stopped) reader.leave("payload");
  const { incomplete } = reader;
  return { type: "unknown", msg_type: type, payload, ...(incomplete !== null && { incomplete }) };
}
