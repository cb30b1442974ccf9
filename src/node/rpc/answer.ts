import { CorelensError } from "../../errors.ts";

/** A node's own refusal of a call, with its number: -32601 for a method that it does not have. */
export class RpcError extends CorelensError {
  readonly rpcCode: number;

  constructor(method: string, rpcCode: number, message: string) {
    // A node that starts answers every call so, one that stops some.
    const code =
      rpcCode === IN_WARMUP || rpcCode === NOT_CONNECTED ? "RPC_NOT_READY" : "RPC_REFUSED";
    super(code, `${method}: ${message} (${rpcCode})`);
    this.rpcCode = rpcCode;
  }
}

/** Numbers of the node's rpc/protocol.h. */
const NOT_CONNECTED = -9;
const IN_WARMUP = -28;

/** Of what a node writes about a refusal, as much as a line holds. */
const MESSAGE_LIMIT = 300;

/**
 * What a call's answer holds, whatever the version of JSON-RPC: `{"result":…,"error":null,"id":1}`
 * @throws RpcError for a refusal; CorelensError RPC_ANSWER_INVALID for what is no answer
 */
export function resultOf(method: string, answer: unknown): unknown {
  if (isObject(answer)) {
    const { error, result } = answer;
    if (isObject(error)) {
      const { code, message } = error;
      throw new RpcError(
        method,
        typeof code === "number" ? code : 0,
        typeof message === "string" ? message.slice(0, MESSAGE_LIMIT) : "no reason given",
      );
    }
    if (result !== undefined && (error === undefined || error === null)) return result;
  }
  throw new CorelensError("RPC_ANSWER_INVALID", `the answer to ${method} is not one of JSON-RPC`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
