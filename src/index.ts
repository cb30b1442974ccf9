/**
 * corelens as a library: trace a Bitcoin Core node, or any program with tracepoints, from Node.js.
 * Declaring tracepoints is `corelens/usdt`.
 */
export { BlockView } from "./bitcoin/decode/block-view.ts";
export { InventoryView } from "./bitcoin/decode/inventory-view.ts";
export {
  type BrokenMessage,
  type DecodedMessage,
  decodeMessage,
  type KnownMessage,
  type MessageFields,
  type UnknownMessage,
  type WholeMessage,
} from "./bitcoin/decode/message.ts";
export type { Incomplete } from "./bitcoin/decode/reader.ts";
export type { TransactionView } from "./bitcoin/decode/transaction-view.ts";
export type { MessageType } from "./bitcoin/message-types.ts";
export type { TracepointName } from "./contract/events.ts";
export type { HistogramRequest, MeasureRequest } from "./counting/count-request.ts";
export type { Counts, Group } from "./counting/group.ts";
export { CorelensError, type ErrorCode } from "./errors.ts";
export type { Cost } from "./event/cost.ts";
export type { Envelope, RawEvent } from "./event/event.ts";
export type { LossCounters } from "./event/loss.ts";
export type { Notice, StreamEvent } from "./event/notice.ts";
export type { EventSource } from "./event/source.ts";
export { IpcConnection } from "./node/ipc/ipc-connection.ts";
export { type Recorded, type RecordOptions, record } from "./recording/record.ts";
export { type Replay, type ReplayOptions, replay } from "./recording/replay.ts";
export { type AttachOptions, attach, type EventOf } from "./session/attach/attach.ts";
export { type CountOptions, count } from "./session/attach/count.ts";
export type { CountSession } from "./session/attach/count-session.ts";
export type { TraceSession } from "./session/attach/session.ts";
