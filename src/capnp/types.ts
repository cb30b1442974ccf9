import type { StructBuilder } from "./message-builder.ts";
import type { StructReader } from "./message-reader.ts";

/** The types that schemas, codec and connection share. */

declare const VALUE: unique symbol;

export interface Typed<V> {
  /** The type of the values; exists only for the compiler. */
  readonly [VALUE]?: V;
}

export interface Scalar<V> extends Typed<V> {
  readonly kind: "Bool" | "UInt8" | "UInt16" | "Int32" | "UInt32" | "Int64" | "UInt64" | "Float64";
  readonly initial: number;
}

export interface TextType<V> extends Typed<V> {
  readonly kind: "Text";
}

export interface DataType<V> extends Typed<V> {
  readonly kind: "Data";
  /** Converts the bytes to another type of value; null leaves them as bytes. */
  readonly converter: Converter<V> | null;
}

/** Values that a schema represents as Data. */
export interface Converter<V> {
  /**
   * @param bytes empty when the field is absent; they are part of the message and must be copied
   * @throws CorelensError IPC_PROTOCOL
   */
  read(bytes: Uint8Array): V;
  write(value: V): Uint8Array;
}

export interface ListType<V> extends Typed<V> {
  readonly kind: "list";
  readonly of: Type;
}

export interface Struct<V = unknown> extends Typed<V> {
  readonly kind: "struct";
  readonly name: string;
  readonly isOptional: boolean;
  readonly layout: StructLayout;
}

/** A capability of any interface. The schema does not restrict it: the interface is chosen at the call. */
export interface Reference<V> extends Typed<V> {
  readonly kind: "interface";
  readonly name: string;
}

export type Type<V = unknown> =
  | Scalar<V>
  | TextType<V>
  | DataType<V>
  | ListType<V>
  | Struct<V>
  | Reference<V>;

export type ValueOf<T> = T extends Typed<infer V> ? Exclude<V, undefined> : never;

export type Fields = Readonly<Record<string, Type>>;

export type FieldValues<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** The position of each field of a struct. */
export interface StructLayout {
  readonly dataWords: number;
  readonly pointers: number;
  readonly slots: readonly Slot[];
}

export interface Slot {
  readonly name: string;
  readonly type: Type;
  /** For data: the offset in units of the type's size. For a pointer: its index. */
  readonly offset: number;
}

export interface Method<P = unknown, R = unknown> {
  readonly ordinal: number;
  readonly name: string;
  readonly interfaceName: string;
  readonly interfaceId: bigint;
  readonly params: Struct<P>;
  readonly results: Struct<R>;
}

export interface Interface<M = Readonly<Record<string, Method>>> {
  readonly name: string;
  readonly id: bigint;
  readonly methods: M;
}

/** An object with methods: an import (the peer serves it), a server (this process does), or a promise of either. */
export interface Capability {
  /** Calls a method without knowing its schema. Calls arrive in the order in which they were made. */
  request(interfaceId: bigint, methodId: number, fill: Fill): Answer;
  /** Adds an owner. */
  hold(): this;
  /** Removes an owner. After the last, the other side may free it and calls fail. */
  release(): void;
  /** What a promise resolved to. */
  readonly resolution?: Capability | null;
  /** The peer's name for it; null when the peer does not serve it. */
  describe?(connection: object): Descriptor | null;
}

/** Writes a payload's content as pointer 0, and appends its capabilities to `caps` in the order of their index. */
export type Fill = (payload: StructBuilder, caps: Capability[]) => void;

/** The future results of a call. */
export interface Answer {
  readonly payload: Promise<Payload>;
  /** The capability that the results will hold; it can be called at once. @param path indices of pointers */
  pipeline(path: readonly number[]): Capability;
  /** Gives up waiting: `payload` rejects with IPC_CANCELLED and the other side may stop working. */
  cancel(): void;
}

/** Results or parameters. The receiver releases it, and holds the capabilities that it keeps. */
export interface Payload {
  /** The content is pointer 0. */
  readonly root: StructReader;
  readonly caps: readonly (Capability | null)[];
  /** @throws CorelensError IPC_PROTOCOL */
  readonly at: TakeCapability;
  /** @param path indices of pointers from the content on; the content itself when empty */
  capability(path: readonly number[]): Capability | null;
  /** A copy with owners of its own. */
  hold(): Payload;
  release(): void;
}

/** Returns a message's capability by its index in the message's table. */
export type TakeCapability = (index: number) => Capability | null;

/** The capability that a call addresses: an export of the receiver, or one in an answer of the receiver. */
export type Target =
  | { readonly kind: "export"; readonly id: number }
  | { readonly kind: "answer"; readonly id: number; readonly path: readonly number[] };

/** A capability in a message, from its sender's view. */
export type Descriptor =
  | { readonly kind: "none" }
  | { readonly kind: "senderHosted" | "senderPromise" | "receiverHosted"; readonly id: number }
  | { readonly kind: "receiverAnswer"; readonly id: number; readonly path: readonly number[] };

/** The part of a connection that its questions and imports use. */
export interface CallSender {
  /** @throws CorelensError IPC_CLOSED, IPC_TOO_LARGE: nothing was sent */
  sendCall(target: Target, interfaceId: bigint, methodId: number, fill: Fill): Answer;
  /** Sends Finish before the answer arrived; the id stays in use until it does. */
  finishEarly(questionId: number): void;
  releaseImport(id: number, references: number): void;
  /**
   * Call it when a promise resolves to `capability`. If this side serves that capability, earlier calls to the promise
   * can still return over the socket; then later calls wait for them.
   * @param target the promise's address
   * @returns the capability for later calls
   */
  afterEmbargo(capability: Capability, target: Target, wasCalled: boolean): Capability;
}
