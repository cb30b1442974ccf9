import { CorelensError, type ErrorCode } from "../../errors.ts";
import type { RpcCaller } from "./caller.ts";

/** A caller with the address of the server, and a connection to close. */
export interface AddressedCaller extends RpcCaller {
  /** Null before the first reply. */
  readonly address: string | null;
  close(): void;
}

/** With these errors the node may still run: its RPC server may be off, or its cookie unreadable for this user. */
const WORTH_FALLBACK: ReadonlySet<ErrorCode> = new Set([
  "RPC_UNREACHABLE",
  "RPC_NO_CREDENTIALS",
  "RPC_UNAUTHORIZED",
]);

/** Uses a second caller if the first one does not reach the node. If both fail, it throws the error of the first. */
export class FallbackCaller implements AddressedCaller {
  readonly #first: AddressedCaller;
  readonly #second: AddressedCaller;

  constructor(first: AddressedCaller, second: AddressedCaller) {
    this.#first = first;
    this.#second = second;
  }

  get address(): string | null {
    return this.#first.address ?? this.#second.address;
  }

  async call(method: string, params?: readonly unknown[]): Promise<unknown> {
    try {
      return await this.#first.call(method, params);
    } catch (error) {
      if (!(error instanceof CorelensError && WORTH_FALLBACK.has(error.code))) throw error;
      return await this.#second.call(method, params).catch((other) => {
        throw isUnreachable(other) ? error : other;
      });
    }
  }

  close(): void {
    this.#first.close();
    this.#second.close();
  }
}

function isUnreachable(error: unknown): boolean {
  return (
    error instanceof CorelensError &&
    (error.code.startsWith("IPC_") ||
      error.code.startsWith("NODE_") ||
      error.code === "NO_PERMISSION")
  );
}
