import { CorelensError, type ErrorCode } from "../../errors.ts";
import type { RpcCaller } from "./caller.ts";

/** A caller that says where it is answered from, and ends. */
export interface AddressedCaller extends RpcCaller {
  /** Null before the first answer. */
  readonly address: string | null;
  close(): void;
}

/** The node may be there all the same: its server is off, or its cookie belongs to others. */
const WORTH_ANOTHER_WAY: ReadonlySet<ErrorCode> = new Set([
  "RPC_UNREACHABLE",
  "RPC_NO_CREDENTIALS",
  "RPC_UNAUTHORIZED",
]);

/** Asks by one way, and where that does not lead to the node by another. The reason that is told is that of the first. */
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
      if (!(error instanceof CorelensError && WORTH_ANOTHER_WAY.has(error.code))) throw error;
      return await this.#second.call(method, params).catch((other) => {
        throw isNoWay(other) ? error : other;
      });
    }
  }

  close(): void {
    this.#first.close();
    this.#second.close();
  }
}

function isNoWay(error: unknown): boolean {
  return (
    error instanceof CorelensError &&
    (error.code.startsWith("IPC_") ||
      error.code.startsWith("NODE_") ||
      error.code === "NO_PERMISSION")
  );
}
