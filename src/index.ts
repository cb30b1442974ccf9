/**
 * corelens as a library: trace a Bitcoin Core node, or any program with tracepoints, from Node.js.
 * Declaring tracepoints is `corelens/usdt`.
 */
export type { TracepointName } from "./contract/events.ts";
export { CorelensError, type ErrorCode } from "./errors.ts";
export { IpcConnection } from "./node/ipc/ipc-connection.ts";
export { type AttachOptions, attach, type EventOf } from "./session/attach.ts";
export type { Cost } from "./session/cost-meter.ts";
export type { Notice } from "./session/notice.ts";
export type { TraceSession } from "./session/session.ts";
export type { Envelope } from "./tracer/decoder.ts";
export type { Tally } from "./tracer/event-reader.ts";
