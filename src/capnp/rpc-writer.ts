import { CorelensError } from "../errors.ts";
import { MessageBuilder, type StructBuilder } from "./message-builder.ts";
import type { StructReader } from "./message-reader.ts";
import { TAG } from "./rpc-message.ts";
import type { Descriptor, Target } from "./types.ts";

/** Serialises the messages of rpc-message.ts. */

/** Data words and pointers of each struct. */
const SIZE = {
  message: [1, 1],
  bootstrap: [1, 1],
  call: [3, 3],
  return: [2, 1],
  finish: [1, 0],
  release: [1, 0],
  disembargo: [1, 1],
  target: [1, 1],
  payload: [0, 2],
  descriptor: [1, 1],
  promisedAnswer: [1, 1],
  transform: [1, 0],
  exception: [1, 2],
} as const satisfies Record<string, readonly [number, number]>;

/** Writes the content as pointer 0 of the payload. @returns the descriptors of its capabilities */
export type WritePayload = (payload: StructBuilder) => readonly Descriptor[];

export function callMessage(
  questionId: number,
  target: Target,
  interfaceId: bigint,
  methodId: number,
  write: WritePayload,
): Uint8Array {
  const { message, body } = begin(TAG.call, SIZE.call);
  body.setUint32(0, questionId);
  body.setUint16(4, methodId);
  body.setUint64(8, interfaceId);
  writeTarget(body, target);
  writePayload(body.struct(1, ...SIZE.payload), write);
  return message.finish();
}

export function bootstrapMessage(questionId: number): Uint8Array {
  const { message, body } = begin(TAG.bootstrap, SIZE.bootstrap);
  body.setUint32(0, questionId);
  return message.finish();
}

/** With releaseParamCaps = false: the receiver of the parameters releases their capabilities with Release messages. */
function returnMessage(answerId: number, tag: number): ReturnType<typeof begin> {
  const begun = begin(TAG.return, SIZE.return);
  begun.body.setUint32(0, answerId);
  begun.body.setBool(32, true); // not releaseParamCaps, whose default is true
  begun.body.setUint16(6, tag);
  return begun;
}

export function resultsMessage(answerId: number, write: WritePayload): Uint8Array {
  const { message, body } = returnMessage(answerId, 0);
  writePayload(body.struct(0, ...SIZE.payload), write);
  return message.finish();
}

export function exceptionMessage(answerId: number, error: unknown): Uint8Array {
  const { message, body } = returnMessage(answerId, 1);
  writeException(body, error);
  return message.finish();
}

export function canceledMessage(answerId: number): Uint8Array {
  return returnMessage(answerId, 2).message.finish();
}

/** This side keeps the results, as the caller requested. */
export function keptMessage(answerId: number): Uint8Array {
  return returnMessage(answerId, 3).message.finish();
}

export function finishMessage(questionId: number, releaseResultCaps: boolean): Uint8Array {
  const { message, body } = begin(TAG.finish, SIZE.finish);
  body.setUint32(0, questionId);
  body.setBool(32, !releaseResultCaps);
  return message.finish();
}

export function releaseMessage(id: number, count: number): Uint8Array {
  const { message, body } = begin(TAG.release, SIZE.release);
  body.setUint32(0, id);
  body.setUint32(4, count);
  return message.finish();
}

export function disembargoMessage(
  context: "senderLoopback" | "receiverLoopback",
  id: number,
  target: Target,
): Uint8Array {
  const { message, body } = begin(TAG.disembargo, SIZE.disembargo);
  body.setUint32(0, id);
  body.setUint16(4, context === "senderLoopback" ? 0 : 1);
  writeTarget(body, target);
  return message.finish();
}

export function abortMessage(error: unknown): Uint8Array {
  const message = new MessageBuilder();
  const root = message.root(...SIZE.message);
  root.setUint16(0, TAG.abort);
  writeException(root, error);
  return message.finish();
}

/** Returns a message that this side does not support. */
export function unimplementedMessage(original: StructReader): Uint8Array {
  const message = new MessageBuilder();
  const root = message.root(...SIZE.message);
  root.setUint16(0, TAG.unimplemented);
  const { dataBytes, pointerCount } = original;
  root.struct(0, dataBytes / 8, pointerCount).copy(original);
  return message.finish();
}

function begin(
  tag: number,
  [dataWords, pointers]: readonly [number, number],
): { readonly message: MessageBuilder; readonly body: StructBuilder } {
  const message = new MessageBuilder();
  const root = message.root(...SIZE.message);
  root.setUint16(0, tag);
  return { message, body: root.struct(0, dataWords, pointers) };
}

function writeException(holder: StructBuilder, error: unknown): void {
  const exception = holder.struct(0, ...SIZE.exception);
  exception.setText(0, error instanceof Error ? error.message : String(error));
  const isUnknown = error instanceof CorelensError && error.code === "IPC_UNSUPPORTED";
  exception.setUint16(4, isUnknown ? 3 : 0);
}

function writePayload(payload: StructBuilder, write: WritePayload): void {
  const descriptors = write(payload);
  if (descriptors.length === 0) return;
  const table = payload.structs(1, descriptors.length, ...SIZE.descriptor);
  for (const [i, entry] of table.entries()) writeDescriptor(entry, descriptors[i]!);
}

const DESCRIPTOR_TAG = {
  none: 0,
  senderHosted: 1,
  senderPromise: 2,
  receiverHosted: 3,
  receiverAnswer: 4,
} as const;

function writeDescriptor(builder: StructBuilder, descriptor: Descriptor): void {
  builder.setUint16(0, DESCRIPTOR_TAG[descriptor.kind]);
  if (descriptor.kind === "none") return;
  if (descriptor.kind === "receiverAnswer") writePromisedAnswer(builder, descriptor);
  else builder.setUint32(4, descriptor.id);
}

function writeTarget(body: StructBuilder, target: Target): void {
  const builder = body.struct(0, ...SIZE.target);
  if (target.kind === "export") {
    builder.setUint32(0, target.id);
  } else {
    builder.setUint16(4, 1);
    writePromisedAnswer(builder, target);
  }
}

function writePromisedAnswer(
  holder: StructBuilder,
  { id, path }: { readonly id: number; readonly path: readonly number[] },
): void {
  const answer = holder.struct(0, ...SIZE.promisedAnswer);
  answer.setUint32(0, id);
  if (path.length === 0) return;
  const steps = answer.structs(0, path.length, ...SIZE.transform);
  for (const [i, step] of steps.entries()) {
    step.setUint16(0, 1);
    step.setUint16(2, path[i]!);
  }
}
