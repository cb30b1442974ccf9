import { addressOf, syscall } from "../kernel/libc.ts";

/** Commands of bpf(2). */
export const COMMAND = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapLookupBatch: 24,
  programLoad: 5,
  infoByFd: 15,
  rawTracepointOpen: 17,
  linkCreate: 28,
  enableStats: 32,
} as const;

/**
 * The argument block of bpf(2), `union bpf_attr`, written field by field at the offsets of
 * the kernel's include/uapi/linux/bpf.h. It keeps the buffers it points to alive.
 */
export class Attributes {
  readonly #bytes = new Uint8Array(144);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #referenced: Uint8Array[] = [];
  readonly #size: number;

  /** @param size bytes that the kernel is told of: fields beyond it are unknown to older kernels */
  constructor(size: number) {
    this.#size = size;
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: number | bigint): this {
    this.#view.setBigUint64(offset, BigInt(value), true);
    return this;
  }

  pointer(offset: number, target: Uint8Array): this {
    this.#referenced.push(target);
    return this.u64(offset, addressOf(target));
  }

  /** NUL-terminated text by pointer. */
  text(offset: number, value: string): this {
    return this.pointer(offset, Buffer.from(`${value}\0`));
  }

  /** Text stored in place, cut to leave room for its NUL. */
  name(offset: number, length: number, value: string): this {
    this.#bytes.set(Buffer.from(value).subarray(0, length - 1), offset);
    return this;
  }

  readU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  /** @returns what the command returns, or the negative errno */
  call(command: keyof typeof COMMAND): number {
    return syscall("bpf", COMMAND[command], addressOf(this.#bytes), this.#size);
  }
}
