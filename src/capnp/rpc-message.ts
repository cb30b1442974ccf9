import { CorelensError } from "../errors.ts";
import type { Frame } from "./frame-reader.ts";
import { MessageReader, type StructReader } from "./message-reader.ts";
import { protocolError } from "./rpc-errors.ts";
import type { Descriptor, Target } from "./types.ts";

/**
 * The messages of Cap'n Proto's RPC protocol, level 1, as values. The field offsets are those of rpc.capnp; schema.ts
 * does not support its unions.
 *
 * The "caller" is the sender of the call. Each side numbers its own questions and exports: an id belongs to one side's
 * table.
 */
export type RpcMessage =
  /** The id of the rejected question; null when the rejected message was not a question. */
  | { readonly type: "unimplemented"; readonly questionId: number | null }
  | { readonly type: "abort"; readonly error: CorelensError }
  | { readonly type: "bootstrap"; readonly questionId: number }
  | {
      readonly type: "call";
      readonly questionId: number;
      readonly target: Target;
      readonly interfaceId: bigint;
      readonly methodId: number;
      readonly payload: RawPayload;
      /** "yourself": the callee keeps the results, and a later question of the callee takes them. */
      readonly sendResultsTo: "caller" | "yourself" | "other";
    }
  | {
      readonly type: "return";
      readonly answerId: number;
      readonly releaseParamCaps: boolean;
      /** Results, an error, or the id of the sender's call that has the results. */
      readonly outcome: RawPayload | CorelensError | number;
    }
  | { readonly type: "finish"; readonly questionId: number; readonly releaseResultCaps: boolean }
  | {
      readonly type: "resolve";
      readonly promiseId: number;
      readonly resolution: Descriptor | CorelensError;
    }
  | { readonly type: "release"; readonly id: number; readonly count: number }
  | {
      readonly type: "disembargo";
      readonly context: "senderLoopback" | "receiverLoopback" | "other";
      readonly id: number;
      readonly target: Target;
    }
  /** A message of a higher level or a later version of the protocol. */
  | { readonly type: "other" };

/** The content is pointer 0 of `root`. */
export interface RawPayload {
  readonly root: StructReader;
  readonly capTable: readonly Descriptor[];
}

/** Discriminators of the message union. */
export const TAG = {
  unimplemented: 0,
  abort: 1,
  call: 2,
  return: 3,
  finish: 4,
  resolve: 5,
  release: 6,
  bootstrap: 8,
  disembargo: 13,
} as const;

/** @throws CorelensError IPC_PROTOCOL */
export function readMessage(frame: Frame): { message: RpcMessage; root: StructReader } {
  const root = new MessageReader(frame).root();
  return { message: read(root), root };
}

function read(root: StructReader): RpcMessage {
  const tag = root.uint16(0);
  if (tag === TAG.unimplemented) return unimplemented(root.struct(0));
  const body = Object.values<number>(TAG).includes(tag) ? root.struct(0) : null;
  if (!body) return { type: "other" };
  switch (tag) {
    case TAG.abort:
      return { type: "abort", error: errorOf(body) };
    case TAG.bootstrap:
      return { type: "bootstrap", questionId: body.uint32(0) };
    case TAG.call:
      return {
        type: "call",
        questionId: body.uint32(0),
        target: targetOf(body.struct(0)),
        interfaceId: body.uint64(8),
        methodId: body.uint16(4),
        payload: payloadOf(body.struct(1)),
        sendResultsTo: (["caller", "yourself"] as const)[body.uint16(6)] ?? "other",
      };
    case TAG.return:
      return {
        type: "return",
        answerId: body.uint32(0),
        releaseParamCaps: !body.bool(32),
        outcome: outcomeOf(body),
      };
    case TAG.finish:
      return { type: "finish", questionId: body.uint32(0), releaseResultCaps: !body.bool(32) };
    case TAG.resolve:
      return { type: "resolve", promiseId: body.uint32(0), resolution: resolutionOf(body) };
    case TAG.release:
      return { type: "release", id: body.uint32(0), count: body.uint32(4) };
    default:
      return {
        type: "disembargo",
        context: (["senderLoopback", "receiverLoopback"] as const)[body.uint16(4)] ?? "other",
        id: body.uint32(0),
        target: targetOf(body.struct(0)),
      };
  }
}

function unimplemented(message: StructReader | null): RpcMessage {
  const tag = message?.uint16(0);
  const isQuestion = tag === TAG.call || tag === TAG.bootstrap;
  const body = isQuestion ? message!.struct(0) : null;
  return { type: "unimplemented", questionId: body?.uint32(0) ?? null };
}

function outcomeOf(body: StructReader): RawPayload | CorelensError | number {
  switch (body.uint16(6)) {
    case 0:
      return payloadOf(body.struct(0));
    case 1:
      return errorOf(body.struct(0));
    case 2:
      return new CorelensError("IPC_REFUSED", "the peer cancelled the call");
    case 4:
      return body.uint32(8);
    default:
      throw protocolError("the peer sent results in a form that was not requested");
  }
}

function resolutionOf(body: StructReader): Descriptor | CorelensError {
  return body.uint16(4) === 0 ? descriptorOf(body.struct(0)) : errorOf(body.struct(0));
}

function payloadOf(payload: StructReader | null): RawPayload {
  if (!payload) throw protocolError("the peer sent a message without a payload");
  return { root: payload, capTable: payload.list(1)?.map(descriptorOf) ?? [] };
}

function descriptorOf(descriptor: StructReader | null): Descriptor {
  switch (descriptor?.uint16(0) ?? 0) {
    case 0:
      return { kind: "none" };
    case 1:
      return { kind: "senderHosted", id: descriptor!.uint32(4) };
    case 2:
      return { kind: "senderPromise", id: descriptor!.uint32(4) };
    case 3:
      return { kind: "receiverHosted", id: descriptor!.uint32(4) };
    case 4:
      return { kind: "receiverAnswer", ...promisedAnswer(descriptor!.struct(0)) };
    case 5:
      // A capability of a third party; the sender forwards calls to it (the "vine").
      return { kind: "senderHosted", id: descriptor!.struct(0)?.uint32(0) ?? 0 };
    default:
      throw protocolError("the peer sent a capability of unknown kind");
  }
}

function targetOf(target: StructReader | null): Target {
  switch (target?.uint16(4)) {
    case 0:
      return { kind: "export", id: target.uint32(0) };
    case 1:
      return { kind: "answer", ...promisedAnswer(target.struct(0)) };
    default:
      throw protocolError("the peer named a target of unknown kind");
  }
}

function promisedAnswer(answer: StructReader | null): {
  readonly id: number;
  readonly path: readonly number[];
} {
  const steps = answer?.list(0)?.map((step) => (step.uint16(0) === 1 ? step.uint16(2) : -1)) ?? [];
  const path = steps.filter((step) => step >= 0);
  return { id: answer?.uint32(0) ?? 0, path };
}

/** Converts a peer's exception. */
function errorOf(exception: StructReader | null): CorelensError {
  const bytes = exception?.bytes(0) ?? new Uint8Array(0);
  const reason = new TextDecoder().decode(bytes).replace(/\0$/, "").trim();
  const message = `the peer answered: ${reason.replace(/^remote exception: /, "")}`;
  switch (exception?.uint16(4)) {
    case 1:
      return new CorelensError("IPC_BUSY", message);
    case 2:
      return new CorelensError("IPC_CLOSED", message);
    case 3:
      return new CorelensError("IPC_UNSUPPORTED", message);
    default:
      return new CorelensError(/thread busy/.test(reason) ? "IPC_BUSY" : "IPC_REFUSED", message);
  }
}
