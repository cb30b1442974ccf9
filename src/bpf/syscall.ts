import { addressOf, syscall } from "../kernel/libc.ts";

/**
 * The commands of bpf(2) that corelens uses, with the byte offsets of their fields in `union bpf_attr`
 * (include/uapi/linux/bpf.h). Older kernels lack the fields beyond `size`.
 */
const COMMANDS = {
  mapCreate: {
    number: 0,
    size: 72,
    fields: { type: 0, keySize: 4, valueSize: 8, maxEntries: 12, flags: 16, name: 28 },
  },
  mapLookup: { number: 1, size: 32, fields: { map: 0, key: 8, value: 16 } },
  mapUpdate: { number: 2, size: 32, fields: { map: 0, key: 8, value: 16 } },
  mapLookupBatch: {
    number: 24,
    size: 56,
    fields: { inBatch: 0, outBatch: 8, keys: 16, values: 24, count: 32, map: 36 },
  },
  programLoad: {
    number: 5,
    size: 72,
    fields: {
      type: 0,
      instructionCount: 4,
      instructions: 8,
      license: 16,
      logLevel: 24,
      logSize: 28,
      log: 32,
      flags: 44,
      name: 48,
      attachType: 68,
    },
  },
  infoByFd: { number: 15, size: 16, fields: { descriptor: 0, infoSize: 4, info: 8 } },
  rawTracepointOpen: { number: 17, size: 16, fields: { name: 0, program: 8 } },
  /** With the fields of an uprobe_multi link. */
  linkCreate: {
    number: 28,
    size: 64,
    fields: {
      program: 0,
      attachType: 8,
      path: 16,
      offsets: 24,
      semaphores: 32,
      cookies: 40,
      count: 48,
      pid: 56,
    },
  },
  enableStats: { number: 32, size: 4, fields: { type: 0 } },
} as const;

type Command = keyof typeof COMMANDS;
type AttributeField<C extends Command> = keyof (typeof COMMANDS)[C]["fields"] & string;

/** `BPF_TRACE_UPROBE_MULTI`, both of a program and of its link. */
export const ATTACH_UPROBE_MULTI = 48;
/** The helpers that read user memory are for GPL-compatible programs only. */
export const LICENSE = "Dual MIT/GPL";
/** Of programs' and maps' names. */
const NAME_BYTES = 16;
const MAX_SIZE = 144;

/** The argument block of one call of bpf(2). It keeps the buffers it points to alive. */
export class Attributes<C extends Command> {
  readonly #command: C;
  readonly #bytes = new Uint8Array(MAX_SIZE);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #referenced: Uint8Array[] = [];

  constructor(command: C) {
    this.#command = command;
  }

  u32(field: AttributeField<C>, value: number): this {
    this.#view.setUint32(this.#offsetOf(field), value, true);
    return this;
  }

  readU32(field: AttributeField<C>): number {
    return this.#view.getUint32(this.#offsetOf(field), true);
  }

  pointer(field: AttributeField<C>, target: Uint8Array): this {
    this.#referenced.push(target);
    this.#view.setBigUint64(this.#offsetOf(field), addressOf(target), true);
    return this;
  }

  /** NUL-terminated text by pointer. */
  text(field: AttributeField<C>, value: string): this {
    return this.pointer(field, Buffer.from(`${value}\0`));
  }

  /** A name stored in place, cut to leave room for its NUL. */
  name(field: AttributeField<C>, value: string): this {
    this.#bytes.set(Buffer.from(value).subarray(0, NAME_BYTES - 1), this.#offsetOf(field));
    return this;
  }

  /** @returns the command's result, or the negative errno */
  call(): number {
    const { number, size } = COMMANDS[this.#command];
    return syscall("bpf", number, addressOf(this.#bytes), size);
  }

  #offsetOf(field: AttributeField<C>): number {
    const fields: Readonly<Record<string, number>> = COMMANDS[this.#command].fields;
    return fields[field]!;
  }
}
