import { Agent, request } from "node:http";
import { CorelensError, type ErrorCode } from "../../errors.ts";
import { isObject } from "../../util/is-object.ts";
import { addressText, type FindAccess, type RpcAccess } from "./access.ts";
import { resultOf } from "./answer.ts";
import type { RpcCaller } from "./caller.ts";

/** Longer than a busy node takes to reply, shorter than users wait. */
const TIMEOUT_MS = 30_000;
/** Maximum size of a reply; 125 peers take 300 kB. */
const MAX_ANSWER_BYTES = 32 << 20;

interface HttpCall {
  readonly method: string;
  readonly params: readonly unknown[];
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Errors after which a new search for the node and a retry may help. */
const WORTH_RETRY: ReadonlySet<ErrorCode> = new Set(["RPC_UNREACHABLE", "RPC_UNAUTHORIZED"]);

/**
 * JSON-RPC over HTTP, over one persistent connection.
 *
 * Calls in the same turn of the event loop are sent as one batch, which the node processes in one of its few RPC
 * threads. If the node stops replying or rejects the user, the caller searches for the node once more, because a
 * restarted node has another cookie. All calls only read, so a retry is harmless.
 *
 * The server may be any program: replies are limited in size and time.
 */
export class HttpCaller implements RpcCaller {
  readonly #find: FindAccess;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #access: RpcAccess | null = null;
  #waiting: HttpCall[] = [];

  /** @param find is called at the first call, and when the access that it found no longer works */
  constructor(find: FindAccess, timeoutMs = TIMEOUT_MS) {
    this.#find = find;
    this.#timeoutMs = timeoutMs;
  }

  /** The address of the last reply; null before the first. */
  get address(): string | null {
    return this.#access && addressText(this.#access);
  }

  call(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => void this.#sendWaiting());
      this.#waiting.push({ method, params, resolve, reject });
    });
  }

  /** Closes the connection; pending calls fail. */
  close(): void {
    this.#agent.destroy();
  }

  async #sendWaiting(): Promise<void> {
    const calls = this.#waiting;
    this.#waiting = [];
    try {
      await this.#send(calls);
    } catch (error) {
      const isForbidden = error instanceof CorelensError && error.code === "RPC_FORBIDDEN";
      // The node rejects the whole batch if one call is not on the whitelist.
      if (isForbidden && calls.length > 1)
        await Promise.all(calls.map((call) => this.#try([call])));
      else for (const call of calls) call.reject(error);
    }
  }

  async #try(calls: readonly HttpCall[]): Promise<void> {
    await this.#send(calls).catch((error) => {
      for (const call of calls) call.reject(error);
    });
  }

  async #send(calls: readonly HttpCall[]): Promise<void> {
    const requests = calls.map(({ method, params }, id) => ({
      ...{ jsonrpc: "2.0", id },
      ...{ method, params },
    }));
    const [first] = requests;
    const what = calls.map(({ method }) => method).join(", ");
    const answer = await this.#ask(JSON.stringify(calls.length === 1 ? first : requests), what);
    const answers = calls.length === 1 ? [answer] : answer;
    for (const [id, { method, resolve, reject }] of calls.entries()) {
      try {
        const own = Array.isArray(answers) ? answers.find((one) => isAnswerTo(one, id)) : answer;
        resolve(resultOf(method, own));
      } catch (error) {
        reject(error);
      }
    }
  }

  /** @returns the parsed JSON of the reply */
  async #ask(body: string, what: string): Promise<unknown> {
    if (this.#access) {
      try {
        return await this.#askAt(this.#access, body, what);
      } catch (error) {
        if (!(error instanceof CorelensError && WORTH_RETRY.has(error.code))) throw error;
        this.#access = null;
      }
    }
    const access = await this.#find();
    const answer = await this.#askAt(access, body, what);
    this.#access = access;
    return answer;
  }

  async #askAt(access: RpcAccess, body: string, what: string): Promise<unknown> {
    const { status, body: text } = await this.#post(access, body);
    const address = addressText(access);
    switch (status) {
      case 401:
        throw new CorelensError(
          "RPC_UNAUTHORIZED",
          `${address} does not accept ${userText(access)}`,
        );
      case 403:
        throw new CorelensError("RPC_FORBIDDEN", `${address} does not allow ${what}`);
      case 503:
        throw new CorelensError("RPC_NOT_READY", `${address} accepts no more calls at present`);
    }
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw invalid(`the reply of ${address} has status ${status} and is not JSON`, cause);
    }
  }

  #post(access: RpcAccess, body: string): Promise<HttpAnswer> {
    const { host, port, user, password } = access;
    const address = addressText(access);
    return new Promise((resolve, reject) => {
      let hasEnded = false;
      const end = (settle: () => void): void => {
        if (hasEnded) return;
        hasEnded = true;
        clearTimeout(timer);
        settle();
      };
      const fail = (error: Error): void => end(() => reject(error));
      const post = request({
        agent: this.#agent,
        method: "POST",
        ...{ host, port, path: "/" },
        auth: `${user}:${password}`,
        headers: {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
        },
      });
      const timer = setTimeout(() => {
        const seconds = this.#timeoutMs / 1000;
        fail(new CorelensError("RPC_NOT_READY", `${address} did not reply within ${seconds} s`));
        post.destroy();
      }, this.#timeoutMs);
      post.on("error", (cause: NodeJS.ErrnoException) => {
        // The node closes a connection after a long idle time, possibly during this request.
        if (post.reusedSocket && cause.code === "ECONNRESET") {
          end(() => this.#post(access, body).then(resolve, reject));
        } else fail(connectionError(address, cause));
      });
      post.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size <= MAX_ANSWER_BYTES) return;
          fail(invalid(`the reply of ${address} exceeds ${MAX_ANSWER_BYTES >> 20} MiB`));
          post.destroy();
        });
        response.on("error", (cause) => fail(connectionError(address, cause)));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          end(() => resolve({ status: response.statusCode ?? 0, body: text }));
        });
      });
      post.end(body);
    });
  }
}

function isAnswerTo(answer: unknown, id: number): boolean {
  return isObject(answer) && answer.id === id;
}

function userText({ user }: RpcAccess): string {
  return user === "__cookie__" ? "the cookie" : `the password of user ${user}`;
}

function connectionError(address: string, cause: NodeJS.ErrnoException): CorelensError {
  if (cause.code?.startsWith("HPE_")) return invalid(`the reply of ${address} is not HTTP`, cause);
  const why = cause.code === "ECONNREFUSED" ? "connection refused" : cause.message;
  return new CorelensError("RPC_UNREACHABLE", `${address} cannot be reached: ${why}`, undefined, {
    cause,
  });
}

function invalid(message: string, cause?: unknown): CorelensError {
  return new CorelensError("RPC_ANSWER_INVALID", message, undefined, { cause });
}
