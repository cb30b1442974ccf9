import type { Socket } from "node:net";
import { CorelensError } from "../errors.ts";
import {
  BrokenCapability,
  type Capability,
  type Fill,
  localPayload,
  nothingThere,
  Payload,
  PromisedCapability,
  Server,
} from "./capability.ts";
import { ExportTable } from "./export-table.ts";
import { FrameReader } from "./frame-reader.ts";
import type { StructBuilder } from "./message-builder.ts";
import type { StructReader } from "./message-reader.ts";
import { PeerCall } from "./peer-call.ts";
import { type Peer, Question } from "./question.ts";
import { RemoteCapability } from "./remote-capability.ts";
import {
  type Descriptor,
  type RawPayload,
  type RpcMessage,
  readMessage,
  type Target,
} from "./rpc-message.ts";
import * as messages from "./rpc-writer.ts";

/**
 * A connection of Cap'n Proto RPC, level 1, over a stream socket. Each side keeps four tables; what is a question here
 * is an answer there, and an export here is an import there:
 *
 *     here                                                   there
 *     questions  id ── Call, Bootstrap ───────────────────►  answers    until Finish
 *                   ◄─────────────────────────── Return ───
 *                   ── Finish ────────────────────────────►
 *     exports    id ◄── Call; Release(id, references) ─────  imports    until all references are released
 *     imports    id ─── Call; Release(id, references) ────►  exports
 *
 * An answer can be called before it came: its place among the questions is named instead. When it turns out to be one
 * of our own capabilities, calls made until then still come back over the socket; a Disembargo is sent after them and
 * later calls wait for its return, so that all arrive in their order.
 *
 * When the socket closes, whatever waits rejects with IPC_CLOSED, and every server is told that it was dropped.
 */
export class RpcConnection implements Peer {
  readonly #socket: Socket;
  readonly #offered: Capability | null;
  readonly #frames = new FrameReader();
  readonly #questions = new Map<number, Question>();
  readonly #answers = new Map<number, PeerCall>();
  readonly #exports = new ExportTable();
  readonly #imports = new Map<number, RemoteCapability>();
  readonly #embargoes = new Map<number, () => void>();
  #nextId = 0;
  #outgoing: Uint8Array[] = [];
  #error: CorelensError | null = null;
  /** Resolves with the reason when the connection ended. */
  readonly closed: Promise<CorelensError>;
  #tellClosed!: (error: CorelensError) => void;

  /**
   * @param socket connected; the connection owns it
   * @param offered what this side serves as its main capability
   */
  constructor(socket: Socket, offered: Capability | null = null) {
    this.#socket = socket;
    this.#offered = offered;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    socket.on("data", (chunk) => this.#receive(chunk as Buffer));
    socket.on("error", ({ message }) => this.#end(closed(`the connection broke: ${message}`)));
    socket.on("close", () => {
      const isCut = this.#frames.pending > 0;
      const how = isCut ? "in the middle of a message" : "the connection";
      this.#end(closed(`the node closed ${how}`));
    });
  }

  /** The other side's main capability; to be released. */
  bootstrap(): Capability {
    let question: Question;
    try {
      question = this.#ask(messages.bootstrapMessage);
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

  /** What was sent before is still written. @param reason what waiting calls reject with */
  close(reason = closed("the connection was closed on this side")): void {
    this.#flush();
    this.#end(reason);
    this.#socket.destroySoon();
  }

  /** Entries of the tables. */
  get sizes(): Readonly<Record<"questions" | "answers" | "exports" | "imports", number>> {
    return {
      questions: this.#questions.size,
      answers: this.#answers.size,
      exports: this.#exports.size,
      imports: this.#imports.size,
    };
  }

  sendCall(target: Target, interfaceId: bigint, methodId: number, fill: Fill): Question {
    const exported: number[] = [];
    try {
      const question = this.#ask((id) =>
        messages.callMessage(id, target, interfaceId, methodId, (payload) => {
          const { descriptors } = this.#fill(payload, fill, exported);
          return descriptors;
        }),
      );
      question.paramExports = exported;
      return question;
    } catch (error) {
      for (const id of exported) this.#exports.release(id, 1);
      throw error;
    }
  }

  finishEarly(questionId: number): void {
    this.#send(messages.finishMessage(questionId, true));
  }

  releaseImport(id: number, references: number): void {
    this.#imports.delete(id);
    this.#send(messages.releaseMessage(id, references));
  }

  afterEmbargo(capability: Capability, target: Target, wasCalled: boolean): Capability {
    if (!wasCalled || !(capability instanceof Server)) return capability;
    const id = this.#freeId(this.#embargoes);
    const lifted = new Promise<Capability>((resolve) => {
      this.#embargoes.set(id, () => resolve(capability));
    });
    this.#send(messages.disembargoMessage("senderLoopback", id, target));
    return new PromisedCapability(lifted);
  }

  #ask(message: (id: number) => Uint8Array): Question {
    if (this.#error) throw this.#error;
    const id = this.#freeId(this.#questions);
    this.#send(message(id));
    const question = new Question(this, id);
    this.#questions.set(id, question);
    return question;
  }

  /** Not the one that was just freed: mistakes show sooner then. */
  #freeId(table: ReadonlyMap<number, unknown>): number {
    do this.#nextId = (this.#nextId + 1) >>> 0;
    while (table.has(this.#nextId));
    return this.#nextId;
  }

  /** What is sent in one turn of the event loop leaves in one piece. */
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

  /** @param exported is given the id of each export that the payload refers to */
  #fill(payload: StructBuilder, fill: Fill, exported: number[]): Filled {
    const caps: Capability[] = [];
    fill(payload, caps);
    const descriptors = caps.map((capability): Descriptor => {
      let known = capability;
      while (known.resolution) known = known.resolution;
      const theirs = known.describe?.(this);
      if (theirs) return theirs;
      const id = this.#exports.add(known);
      exported.push(id);
      return { kind: "senderHosted", id };
    });
    return { caps, descriptors };
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
      this.#send(messages.abortMessage(error));
      this.close(error);
    }
  }

  #handle(message: RpcMessage, root: StructReader): void {
    switch (message.type) {
      case "call":
        this.#called(message);
        break;
      case "return":
        this.#returned(message);
        break;
      case "finish":
        this.#finished(message.questionId, message.releaseResultCaps);
        break;
      case "release":
        this.#exports.release(message.id, message.count);
        break;
      case "resolve":
        this.#resolved(message.promiseId, message.resolution);
        break;
      case "disembargo":
        this.#disembargoed(message);
        break;
      case "bootstrap":
        this.#bootstrapped(message.questionId);
        break;
      case "abort":
        this.#end(message.error);
        this.#socket.destroy();
        break;
      case "unimplemented":
        if (message.questionId !== null) this.#fail(message.questionId);
        break;
      case "other":
        this.#send(messages.unimplementedMessage(root));
    }
  }

  #called(message: RpcMessage & { readonly type: "call" }): void {
    const { questionId, interfaceId, methodId } = message;
    const peerCall = this.#begin(questionId, message.sendResultsTo === "yourself");
    const params = this.#received(message.payload);
    const target = this.#targetOf(message.target);
    const end = (): void => {
      params.release();
      target.release();
    };
    if (message.sendResultsTo === "other") {
      const error = new CorelensError("IPC_UNSUPPORTED", "results are not sent to third parties");
      this.#failed(questionId, peerCall, error);
      end();
      return;
    }
    if (!(target instanceof Server)) {
      const answer = target.request(interfaceId, methodId, copied(params));
      peerCall.cancel = () => answer.cancel();
      answer.payload
        .then(
          (results) => this.#succeeded(questionId, peerCall, copied(results)),
          (error) => this.#failed(questionId, peerCall, error),
        )
        .finally(end);
      return;
    }
    // Most answers are there at once, and leave at once.
    try {
      const served = target.serve(interfaceId, methodId, params);
      if (served instanceof Promise) {
        served
          .then(
            (fill) => this.#succeeded(questionId, peerCall, fill),
            (error) => this.#failed(questionId, peerCall, error),
          )
          .finally(end);
        return;
      }
      this.#succeeded(questionId, peerCall, served);
    } catch (error) {
      this.#failed(questionId, peerCall, error);
    }
    end();
  }

  #bootstrapped(questionId: number): void {
    const peerCall = this.#begin(questionId);
    const offered = this.#offered;
    if (offered) {
      this.#succeeded(questionId, peerCall, (payload, caps) =>
        payload.setCapability(0, caps.push(offered) - 1),
      );
    } else {
      this.#failed(questionId, peerCall, nothingThere());
    }
  }

  #begin(questionId: number, isKept = false): PeerCall {
    if (this.#answers.has(questionId)) {
      throw new CorelensError("IPC_PROTOCOL", `the node asked question ${questionId} twice`);
    }
    const peerCall = new PeerCall(isKept);
    this.#answers.set(questionId, peerCall);
    return peerCall;
  }

  #succeeded(id: number, peerCall: PeerCall, fill: Fill): void {
    if (peerCall.isFinished || this.#error) {
      this.#send(messages.canceledMessage(id));
      this.#answers.delete(id);
      if (!peerCall.isPipelined) return;
      peerCall.succeeded(localPayload(fill));
      // What was pipelined holds what it needs by then.
      void peerCall.results.then(() => peerCall.release());
      return;
    }
    if (peerCall.isKept) {
      this.#send(messages.keptMessage(id));
      peerCall.succeeded(localPayload(fill));
      return;
    }
    const exported: number[] = [];
    let caps: readonly Capability[] = [];
    try {
      const message = messages.resultsMessage(id, (payload) => {
        const filled = this.#fill(payload, fill, exported);
        caps = filled.caps;
        return filled.descriptors;
      });
      this.#send(message);
      peerCall.resultExports = exported;
      peerCall.succeeded(caps.length === 0 ? null : resultsIn(message, caps));
    } catch (error) {
      for (const id of exported) this.#exports.release(id, 1);
      this.#failed(id, peerCall, error);
    }
  }

  #failed(id: number, peerCall: PeerCall, error: unknown): void {
    peerCall.failed(error);
    if (peerCall.isFinished || this.#error) {
      this.#send(messages.canceledMessage(id));
      this.#answers.delete(id);
      return;
    }
    this.#send(peerCall.isKept ? messages.keptMessage(id) : messages.exceptionMessage(id, error));
  }

  #finished(questionId: number, releaseResultCaps: boolean): void {
    const peerCall = this.#answers.get(questionId);
    if (!peerCall || peerCall.isFinished) {
      throw new CorelensError("IPC_PROTOCOL", `the node finished question ${questionId}: none`);
    }
    if (!peerCall.isAnswered) {
      peerCall.isFinished = true;
      if (!peerCall.isPipelined) peerCall.cancel();
      return;
    }
    this.#answers.delete(questionId);
    peerCall.release();
    if (!releaseResultCaps) return;
    for (const id of peerCall.resultExports) this.#exports.release(id, 1);
  }

  #returned({
    answerId,
    releaseParamCaps,
    outcome,
  }: RpcMessage & { readonly type: "return" }): void {
    const question = this.#questions.get(answerId);
    if (!question) {
      throw new CorelensError("IPC_PROTOCOL", `the node answered question ${answerId}: none`);
    }
    if (releaseParamCaps) for (const id of question.paramExports) this.#exports.release(id, 1);
    // One that was cancelled was finished, which took back whatever these results hold.
    if (!question.isCancelled) {
      if (outcome instanceof CorelensError) question.fail(outcome);
      else if (typeof outcome === "object") question.succeed(this.#received(outcome));
      if (typeof outcome === "number") this.#takeResults(question, outcome);
      else this.#send(messages.finishMessage(answerId, false));
    }
    // Not before: what cannot be read ends the connection, and that has to fail the question.
    this.#questions.delete(answerId);
  }

  /** The other side called back for what the question asks: the results are here already, or will be. */
  #takeResults(question: Question, peerCallId: number): void {
    const peerCall = this.#answers.get(peerCallId);
    if (!peerCall?.isKept) {
      throw new CorelensError("IPC_PROTOCOL", `the node kept no results of call ${peerCallId}`);
    }
    peerCall.results
      .then(
        (results) => question.succeed(results!.hold()),
        (error) => question.fail(error),
      )
      .finally(() => this.#send(messages.finishMessage(question.id, false)));
  }

  /** A question that the other side's version of the protocol does not know. */
  #fail(questionId: number): void {
    this.#questions.get(questionId)?.fail(nothingThere());
    this.#questions.delete(questionId);
  }

  #resolved(promiseId: number, resolution: Descriptor | CorelensError): void {
    const promise = this.#imports.get(promiseId);
    if (resolution instanceof CorelensError) {
      promise?.break(resolution);
      return;
    }
    const capability = this.#capabilityOf(resolution) ?? new BrokenCapability(nothingThere());
    // One that was released meanwhile has no use for it.
    if (promise && !promise.resolution) promise.resolve(capability);
    else capability.release();
  }

  #disembargoed({ context, id, target }: RpcMessage & { readonly type: "disembargo" }): void {
    if (context === "receiverLoopback") {
      const lift = this.#embargoes.get(id);
      if (!lift) throw new CorelensError("IPC_PROTOCOL", `the node lifted embargo ${id}: none`);
      this.#embargoes.delete(id);
      lift();
      return;
    }
    let known = this.#targetOf(target);
    known.release();
    while (known.resolution) known = known.resolution;
    const theirs = known.describe?.(this);
    if (context !== "senderLoopback" || theirs?.kind !== "receiverHosted") {
      throw new CorelensError("IPC_PROTOCOL", "the node asked to lift an embargo it cannot have");
    }
    const back = { kind: "export", id: theirs.id } as const;
    this.#send(messages.disembargoMessage("receiverLoopback", id, back));
  }

  /** With one more owner. */
  #targetOf(target: Target): Capability {
    if (target.kind === "export") return this.#exports.get(target.id).hold();
    const peerCall = this.#answers.get(target.id);
    if (!peerCall) {
      throw new CorelensError("IPC_PROTOCOL", `the node called answer ${target.id}: none`);
    }
    return peerCall.pipeline(target.path);
  }

  #received({ root, capTable }: RawPayload): Payload {
    return new Payload(
      root,
      capTable.map((descriptor) => this.#capabilityOf(descriptor)),
    );
  }

  /** With one more owner. */
  #capabilityOf(descriptor: Descriptor): Capability | null {
    switch (descriptor.kind) {
      case "none":
        return null;
      case "receiverHosted":
        return this.#exports.get(descriptor.id).hold();
      case "receiverAnswer":
        return this.#targetOf({ ...descriptor, kind: "answer" });
      default: {
        const { id } = descriptor;
        const known = this.#imports.get(id) ?? new RemoteCapability(this, id);
        this.#imports.set(id, known);
        return known.received();
      }
    }
  }

  #end(error: CorelensError): void {
    if (this.#error) return;
    this.#error = error;
    for (const question of this.#questions.values()) question.fail(error);
    this.#questions.clear();
    for (const peerCall of this.#answers.values()) {
      peerCall.cancel();
      peerCall.failed(error);
    }
    this.#answers.clear();
    this.#embargoes.clear();
    this.#exports.clear();
    this.#imports.clear();
    this.#tellClosed(error);
  }
}

interface Filled {
  readonly caps: readonly Capability[];
  readonly descriptors: readonly Descriptor[];
}

/** The content as it is, with the same table of capabilities. */
function copied(from: Payload): Fill {
  return (payload, caps) => {
    payload.copyPointer(0, from.root, 0);
    caps.push(...from.caps.map((cap) => cap ?? new BrokenCapability(nothingThere())));
  };
}

/** The results of a message that was just built, for calls that are pipelined on them. */
function resultsIn(message: Uint8Array, caps: readonly Capability[]): Payload {
  const [frame] = new FrameReader().read(message);
  const sent = readMessage(frame!).message as RpcMessage & { readonly type: "return" };
  const { root } = sent.outcome as RawPayload;
  return new Payload(
    root,
    caps.map((capability) => capability.hold()),
  );
}

function closed(message: string): CorelensError {
  return new CorelensError("IPC_CLOSED", message);
}
