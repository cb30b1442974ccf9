import { CorelensError } from "../errors.ts";
import { Question } from "./question.ts";
import { noCapability, protocolError } from "./rpc-errors.ts";
import type { RpcMessage } from "./rpc-message.ts";
import type { RpcTables } from "./rpc-tables.ts";
import { bootstrapMessage, callMessage, finishMessage, type WritePayload } from "./rpc-writer.ts";
import type { CallSender, Fill, Target } from "./types.ts";

/** The calls of this side: questions, from Call until Return. */
export class OutgoingCalls {
  readonly #connection: CallSender;
  readonly #tables: RpcTables;
  readonly #send: (message: Uint8Array) => void;

  constructor(connection: CallSender, tables: RpcTables, send: (message: Uint8Array) => void) {
    this.#connection = connection;
    this.#tables = tables;
    this.#send = send;
  }

  bootstrap(): Question {
    return this.#ask(bootstrapMessage);
  }

  /** @throws CorelensError IPC_TOO_LARGE: nothing was sent */
  call(target: Target, interfaceId: bigint, methodId: number, fill: Fill): Question {
    const exported: number[] = [];
    const write: WritePayload = (payload) => this.#tables.fill(payload, fill, exported).descriptors;
    try {
      const question = this.#ask((id) => callMessage(id, target, interfaceId, methodId, write));
      question.paramExports = exported;
      return question;
    } catch (error) {
      this.#tables.releaseExports(exported);
      throw error;
    }
  }

  finishEarly(questionId: number): void {
    this.#send(finishMessage(questionId, true));
  }

  /** @throws CorelensError IPC_PROTOCOL */
  returned({
    answerId,
    releaseParamCaps,
    outcome,
  }: RpcMessage & { readonly type: "return" }): void {
    const question = this.#tables.questions.get(answerId);
    if (!question) throw protocolError(`the peer answered unknown question ${answerId}`);
    if (releaseParamCaps) this.#tables.releaseExports(question.paramExports);
    // The early Finish of a cancelled question released the capabilities in its results.
    if (!question.isCancelled) {
      if (outcome instanceof CorelensError) question.fail(outcome);
      else if (typeof outcome === "object") question.succeed(this.#tables.received(outcome));
      if (typeof outcome === "number") this.#takeResults(question, outcome);
      else this.#send(finishMessage(answerId, false));
    }
    // Deleted last: an unreadable answer ends the connection, which fails the questions in the table.
    this.#tables.questions.delete(answerId);
  }

  /** The peer does not support the message. */
  unimplemented(questionId: number): void {
    this.#tables.questions.get(questionId)?.fail(noCapability());
    this.#tables.questions.delete(questionId);
  }

  /** The results of a call from the peer, which this side kept, are the results of this question. */
  #takeResults(question: Question, peerCallId: number): void {
    const peerCall = this.#tables.answers.get(peerCallId);
    if (!peerCall?.isKept) throw protocolError(`the peer kept no results of call ${peerCallId}`);
    peerCall.results
      .then(
        (results) => question.succeed(results!.hold()),
        (error) => question.fail(error),
      )
      .finally(() => this.#send(finishMessage(question.id, false)));
  }

  #ask(message: (id: number) => Uint8Array): Question {
    const id = this.#tables.freeId(this.#tables.questions);
    this.#send(message(id));
    const question = new Question(this.#connection, id);
    this.#tables.questions.set(id, question);
    return question;
  }
}
