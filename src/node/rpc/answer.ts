import { CorelensError } from "../../errors.ts";
import { isObject } from "../../util/is-object.ts";

/** An error that the node returned for a call, with its code: -32601 for an unknown method. */
export class RpcError extends CorelensError {
  readonly rpcCode: number;

  constructor(method: string, rpcCode: number, message: string) {
    // A starting node returns IN_WARMUP for every call; a stopping node returns NOT_CONNECTED for some.
    const code =
      rpcCode === IN_WARMUP || rpcCode === NOT_CONNECTED ? "RPC_NOT_READY" : "RPC_REFUSED";
    super(code, `${method}: ${message} (${rpcCode})`);
    this.rpcCode = rpcCode;
  }
}

/** Error codes of the node's rpc/protocol.h. */
const NOT_CONNECTED = -9;
const IN_WARMUP = -28;

/** Maximum characters of the node's error message to show. */
const MAX_MESSAGE_LENGTH = 300;

/**
 * The result in a reply of any version of JSON-RPC: `{"result":…,"error":null,"id":1}`
 * @throws RpcError if the node returned an error; CorelensError RPC_ANSWER_INVALID if the reply is invalid
 */
export function resultOf(method: string, answer: unknown): unknown {
  if (isObject(answer)) {
    const { error, result } = answer;
    if (isObject(error)) {
      const { code, message } = error;
      throw new RpcError(
        method,
        typeof code === "number" ? code : 0,
        typeof message === "string" ? message.slice(0, MAX_MESSAGE_LENGTH) : "no reason given",
      );
    }
    if (result !== undefined && (error === undefined || error === null)) return result;
  }
  throw new CorelensError("RPC_ANSWER_INVALID", `the reply to ${method} is not valid JSON-RPC`);
}
