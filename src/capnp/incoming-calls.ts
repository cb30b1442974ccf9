import { CorelensError } from "../errors.ts";
import { FrameReader } from "./frame-reader.ts";
import { copied, localPayload, MessagePayload } from "./payload.ts";
import { PeerCall } from "./peer-call.ts";
import { noCapability, protocolError } from "./rpc-errors.ts";
import { type RawPayload, type RpcMessage, readMessage } from "./rpc-message.ts";
import type { RpcTables } from "./rpc-tables.ts";
import { canceledMessage, exceptionMessage, keptMessage, resultsMessage } from "./rpc-writer.ts";
import { Server } from "./server.ts";
import type { Capability, Fill, Payload } from "./types.ts";

/** The calls of the peer: answers, from Call until Finish. */
export class IncomingCalls {
  readonly #tables: RpcTables;
  readonly #offered: Capability | null;
  readonly #send: (message: Uint8Array) => void;
  readonly #isClosed: () => boolean;

  /** @param offered this side's main capability */
  constructor(
    tables: RpcTables,
    offered: Capability | null,
    send: (message: Uint8Array) => void,
    isClosed: () => boolean,
  ) {
    this.#tables = tables;
    this.#offered = offered;
    this.#send = send;
    this.#isClosed = isClosed;
  }

  /** @throws CorelensError IPC_PROTOCOL */
  called(message: RpcMessage & { readonly type: "call" }): void {
    const { questionId, interfaceId, methodId } = message;
    const peerCall = this.#begin(questionId, message.sendResultsTo === "yourself");
    const params = this.#tables.received(message.payload);
    const target = this.#tables.targetOf(message.target);
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
    // Most handlers return at once; their answer is sent at once.
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

  /** @throws CorelensError IPC_PROTOCOL */
  bootstrapped(questionId: number): void {
    const peerCall = this.#begin(questionId);
    const offered = this.#offered;
    if (offered) {
      this.#succeeded(questionId, peerCall, (payload, caps) =>
        payload.setCapability(0, caps.push(offered) - 1),
      );
    } else {
      this.#failed(questionId, peerCall, noCapability());
    }
  }

  /** @throws CorelensError IPC_PROTOCOL */
  finished(questionId: number, releaseResultCaps: boolean): void {
    const peerCall = this.#tables.answers.get(questionId);
    if (!peerCall || peerCall.isFinished) {
      throw protocolError(`the peer finished unknown question ${questionId}`);
    }
    if (!peerCall.isAnswered) {
      peerCall.isFinished = true;
      if (!peerCall.isPipelined) peerCall.cancel();
      return;
    }
    this.#tables.answers.delete(questionId);
    peerCall.release();
    if (releaseResultCaps) this.#tables.releaseExports(peerCall.resultExports);
  }

  #begin(questionId: number, isKept = false): PeerCall {
    if (this.#tables.answers.has(questionId)) {
      throw protocolError(`the peer asked question ${questionId} twice`);
    }
    const peerCall = new PeerCall(isKept);
    this.#tables.answers.set(questionId, peerCall);
    return peerCall;
  }

  #succeeded(id: number, peerCall: PeerCall, fill: Fill): void {
    if (peerCall.isFinished || this.#isClosed()) {
      this.#send(canceledMessage(id));
      this.#tables.answers.delete(id);
      if (!peerCall.isPipelined) return;
      peerCall.succeeded(localPayload(fill));
      // By then, pipelined capabilities have owners of their own.
      void peerCall.results.then(() => peerCall.release());
      return;
    }
    if (peerCall.isKept) {
      this.#send(keptMessage(id));
      peerCall.succeeded(localPayload(fill));
      return;
    }
    const exported: number[] = [];
    let caps: readonly Capability[] = [];
    try {
      const message = resultsMessage(id, (payload) => {
        const filled = this.#tables.fill(payload, fill, exported);
        caps = filled.caps;
        return filled.descriptors;
      });
      this.#send(message);
      peerCall.resultExports = exported;
      peerCall.succeeded(caps.length === 0 ? null : resultsIn(message, caps));
    } catch (error) {
      this.#tables.releaseExports(exported);
      this.#failed(id, peerCall, error);
    }
  }

  #failed(id: number, peerCall: PeerCall, error: unknown): void {
    peerCall.failed(error);
    if (peerCall.isFinished || this.#isClosed()) {
      this.#send(canceledMessage(id));
      this.#tables.answers.delete(id);
      return;
    }
    this.#send(peerCall.isKept ? keptMessage(id) : exceptionMessage(id, error));
  }
}

/** The results in a new message, for pipelined calls. */
function resultsIn(message: Uint8Array, caps: readonly Capability[]): Payload {
  const [frame] = new FrameReader().read(message);
  const sent = readMessage(frame!).message as RpcMessage & { readonly type: "return" };
  const { root } = sent.outcome as RawPayload;
  return new MessagePayload(
    root,
    caps.map((capability) => capability.hold()),
  );
}
