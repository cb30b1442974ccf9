import type { Socket } from "node:net";
import { CorelensError } from "../errors.ts";
import { Embargoes } from "./embargoes.ts";
import { FrameReader } from "./frame-reader.ts";
import { IncomingCalls } from "./incoming-calls.ts";
import type { StructReader } from "./message-reader.ts";
import { OutgoingCalls } from "./outgoing-calls.ts";
import { BrokenCapability } from "./promise.ts";
import type { Question } from "./question.ts";
import { connectionClosed, noCapability } from "./rpc-errors.ts";
import { type RpcMessage, readMessage } from "./rpc-message.ts";
import { RpcTables } from "./rpc-tables.ts";
import { abortMessage, releaseMessage, unimplementedMessage } from "./rpc-writer.ts";
import type { CallSender, Capability, Descriptor, Fill, Target } from "./types.ts";

/**
 * A connection of Cap'n Proto RPC, level 1, over a stream socket:
 *
 *     socket ──► FrameReader ──► message ─┬─► OutgoingCalls  questions ─┐
 *                                         ├─► IncomingCalls  answers    ├─ RpcTables
 *                                         ├─► Embargoes                 │
 *     socket ◄── what one turn sends ◄────┴─────────────────────────────┘
 *
 * An answer can be called before it arrives, by its id. When the socket closes, all waiting calls reject with
 * IPC_CLOSED and every server is dropped.
 */
export class RpcConnection implements CallSender {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #tables = new RpcTables(this);
  readonly #outgoingCalls: OutgoingCalls;
  readonly #incomingCalls: IncomingCalls;
  readonly #embargoes: Embargoes;
  #outgoing: Uint8Array[] = [];
  #error: CorelensError | null = null;
  /** Resolves with the reason when the connection ends. */
  readonly closed: Promise<CorelensError>;
  #resolveClosed!: (error: CorelensError) => void;

  /**
   * @param socket connected; the connection owns it
   * @param offered this side's main capability
   */
  constructor(socket: Socket, offered: Capability | null = null) {
    const send = (message: Uint8Array): void => this.#send(message);
    this.#socket = socket;
    this.#outgoingCalls = new OutgoingCalls(this, this.#tables, send);
    this.#incomingCalls = new IncomingCalls(
      this.#tables,
      offered,
      send,
      () => this.#error !== null,
    );
    this.#embargoes = new Embargoes(this, this.#tables, send);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    socket.on("data", (chunk) => this.#receive(chunk as Buffer));
    socket.on("error", ({ message }) =>
      this.#end(connectionClosed(`the connection broke: ${message}`)),
    );
    socket.on("close", () => {
      const where = this.#frames.pending > 0 ? " in the middle of a message" : "";
      this.#end(connectionClosed(`the peer closed the connection${where}`));
    });
  }

  /** The peer's main capability; the caller releases it. */
  bootstrap(): Capability {
    let question: Question;
    try {
      this.#throwIfClosed();
      question = this.#outgoingCalls.bootstrap();
    } catch (error) {
      return new BrokenCapability(error);
    }
    const capability = question.pipeline([]);
    question.payload.then(
      (payload) => payload.release(),
      () => {},
    );
    return capability;
  }

  /** Sends the queued messages, then closes. @param reason the error of waiting calls */
  close(reason = connectionClosed("this side closed the connection")): void {
    this.#flush();
    this.#end(reason);
    this.#socket.destroySoon();
  }

  /** Number of entries of each table. */
  get sizes(): RpcTables["sizes"] {
    return this.#tables.sizes;
  }

  sendCall(target: Target, interfaceId: bigint, methodId: number, fill: Fill): Question {
    this.#throwIfClosed();
    return this.#outgoingCalls.call(target, interfaceId, methodId, fill);
  }

  finishEarly(questionId: number): void {
    this.#outgoingCalls.finishEarly(questionId);
  }

  releaseImport(id: number, references: number): void {
    this.#tables.imports.delete(id);
    this.#send(releaseMessage(id, references));
  }

  afterEmbargo(capability: Capability, target: Target, wasCalled: boolean): Capability {
    return wasCalled ? this.#embargoes.begin(capability, target) : capability;
  }

  #throwIfClosed(): void {
    if (this.#error) throw this.#error;
  }

  /** All messages of one turn of the event loop leave in one write. */
  #send(message: Uint8Array): void {
    if (this.#error) return;
    if (this.#outgoing.push(message) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    if (outgoing.length === 0 || !this.#socket.writable) return;
    this.#socket.write(outgoing.length === 1 ? outgoing[0]! : Buffer.concat(outgoing));
  }

  #receive(chunk: Buffer): void {
    if (this.#error) return;
    try {
      for (const frame of this.#frames.read(chunk)) {
        if (this.#error) return;
        const { message, root } = readMessage(frame);
        this.#handle(message, root);
      }
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      this.#send(abortMessage(error));
      this.close(error);
    }
  }

  #handle(message: RpcMessage, root: StructReader): void {
    switch (message.type) {
      case "call":
        this.#incomingCalls.called(message);
        break;
      case "return":
        this.#outgoingCalls.returned(message);
        break;
      case "finish":
        this.#incomingCalls.finished(message.questionId, message.releaseResultCaps);
        break;
      case "release":
        this.#tables.exports.release(message.id, message.count);
        break;
      case "resolve":
        this.#resolved(message.promiseId, message.resolution);
        break;
      case "disembargo":
        this.#embargoes.disembargoed(message);
        break;
      case "bootstrap":
        this.#incomingCalls.bootstrapped(message.questionId);
        break;
      case "abort":
        this.#end(message.error);
        this.#socket.destroy();
        break;
      case "unimplemented":
        if (message.questionId !== null) this.#outgoingCalls.unimplemented(message.questionId);
        break;
      case "other":
        this.#send(unimplementedMessage(root));
    }
  }

  #resolved(promiseId: number, resolution: Descriptor | CorelensError): void {
    const promise = this.#tables.imports.get(promiseId);
    if (resolution instanceof CorelensError) {
      promise?.break(resolution);
      return;
    }
    const capability =
      this.#tables.capabilityOf(resolution) ?? new BrokenCapability(noCapability());
    if (promise && !promise.resolution) promise.resolve(capability);
    // The promise was released meanwhile.
    else capability.release();
  }

  #end(error: CorelensError): void {
    if (this.#error) return;
    this.#error = error;
    this.#embargoes.clear();
    this.#tables.end(error);
    this.#resolveClosed(error);
  }
}
