import { Assembler, type Label, reg } from "../bpf/assembler.ts";
import {
  FP,
  R0,
  R1,
  R2,
  R3,
  R4,
  R6,
  R7,
  R8,
  R9,
  type RegisterNumber,
  type Width,
} from "../bpf/instruction.ts";
import type { PidNamespace } from "../kernel/pid-namespace.ts";
import type { Argument } from "../usdt/argument.ts";
import { HEADER, PAYLOAD_ROOMS, type RecordLayout, type Slot } from "./record-layout.ts";
import { EVERYBODY, SHARED, WAKE } from "./shared-state.ts";

/**
 * What runs in the kernel each time the traced process passes a probe site: it reserves a record in the ring
 * buffer, fills it and submits it. The code is made for exactly this site, because where an argument lies (a
 * register, the stack, a constant) differs from site to site. One program can hold the code of many sites; it then
 * begins by asking at which it runs.
 *
 *     reserve ──► header ──► slot, slot, … ──► submit
 *        │ full                  │ fault
 *        ▼                       ▼
 *     count a loss        set the field's bit in `unreadable`
 *
 * Throughout: R6 = registers of the traced process (pt_regs), R7 = the record, R8 = a pointer or length that
 * must survive a call, R9 = the ids of process and thread.
 *
 * What was measured decides how memory is read. In a sleepable program bpf_copy_from_user costs less (35 ns
 * for 32 bytes) than bpf_probe_read_user (50 ns), which must guard against faults, and it can wait for a page
 * that is not resident. Copying straight into the record costs 70 ns more than copying to the stack and storing
 * word by word: the copy would wait for the record's cache lines, the stores do not. So small things go over
 * the stack, and strings are first copied blindly, as many bytes as most have, and searched for their end there.
 */
export interface SiteProgramOptions {
  /** The kernel lets uprobe programs sleep. */
  readonly sleepable: boolean;
  readonly ring: number;
  readonly shared: number;
  /** In which process ids are to be understood; null for the machine's own. */
  readonly pidNamespace: PidNamespace | null;
}

/** Bytes of a string that are copied at once; most end within them. */
const STRING_HEAD = 32;
const BYTES_OF_01 = 0x0101_0101_0101_0101n;
const BYTES_OF_80 = 0x8080_8080_8080_8080n;

const NO_WAKEUP = 1;
const FORCE_WAKEUP = 2;

/** What to do at one site. */
export interface SiteCode {
  /** Where the site's arguments lie. */
  readonly arguments: readonly Argument[];
  readonly layout: RecordLayout;
}

/** @param sites in the order of their cookies; a program for only one asks for no cookie */
export function compileProgram(
  sites: readonly SiteCode[],
  options: SiteProgramOptions,
): Uint8Array {
  const asm = new Assembler();
  const entries = sites.map((site) => ({ site, entry: asm.label() }));
  const begin = asm.label();
  const unwanted = asm.label();
  asm.mov(R6, reg(R1));
  loadIds(asm, options.pidNamespace);
  // Only the process that is meant: others may run the same file.
  asm
    .mov(R1, reg(R9))
    .alu("rsh", R1, 32)
    .loadMapValue(R2, options.shared, SHARED.process)
    .load(4, R2, R2, 0)
    .jumpIf(R2, "==", reg(R1), begin)
    .jumpIf(R2, "!=", EVERYBODY, unwanted)
    .place(begin);
  if (sites.length > 1) {
    asm.mov(R1, reg(R6)).call("get_attach_cookie");
    dispatch(
      asm,
      entries.map(({ entry }) => entry),
      0,
    );
  }
  for (const { site, entry } of entries) {
    asm.place(entry);
    new SiteProgram(asm, site, options).write();
  }
  return asm.place(unwanted).mov(R0, 0).exit().finish();
}

/** R9 = process id in the upper half, thread id in the lower. */
function loadIds(asm: Assembler, namespace: PidNamespace | null): void {
  if (namespace === null) {
    asm.call("get_current_pid_tgid").mov(R9, reg(R0));
    return;
  }
  asm
    .store(8, FP, -8, 0)
    .loadImmediate64(R1, namespace.device)
    .loadImmediate64(R2, namespace.inode)
    .mov(R3, reg(FP))
    .alu("add", R3, -8)
    .mov(R4, 8)
    .call("get_ns_current_pid_tgid")
    .load(8, R9, FP, -8);
}

/** Jumps to the entry whose index is in R0, by halves; `first` is the index of the first of them. */
function dispatch(asm: Assembler, entries: readonly Label[], first: number): void {
  if (entries.length === 1) {
    asm.jump(entries[0]!);
    return;
  }
  const half = entries.length >> 1;
  const upper = asm.label();
  asm.jumpIf(R0, ">=", first + half, upper);
  dispatch(asm, entries.slice(0, half), first);
  asm.place(upper);
  dispatch(asm, entries.slice(half), first + half);
}

class SiteProgram {
  readonly #asm: Assembler;
  readonly #arguments: readonly Argument[];
  readonly #layout: RecordLayout;
  readonly #options: SiteProgramOptions;
  readonly #lost: Label;

  constructor(asm: Assembler, site: SiteCode, options: SiteProgramOptions) {
    this.#asm = asm;
    this.#arguments = site.arguments;
    this.#layout = site.layout;
    this.#options = options;
    this.#lost = asm.label();
  }

  write(): void {
    if (this.#layout.payload) this.#reserveWithPayload();
    else this.#reserve(this.#layout.size);
    this.#writeHeader();
    for (const slot of this.#layout.slots) this.#writeSlot(slot);
    this.#submit();
    this.#countLoss();
  }

  /** R7 = a new record of `size` bytes with clear masks. */
  #reserve(size: number): void {
    this.#asm
      .loadMap(R1, this.#options.ring)
      .mov(R2, size)
      .mov(R3, 0)
      .call("ringbuf_reserve")
      .jumpIf(R0, "==", 0, this.#lost)
      .mov(R7, reg(R0))
      .store(4, R7, HEADER.truncated, 0);
  }

  /**
   * Reserves by the payload's length and copies it. The size of a reservation must be a constant, so
   * there is one branch a room; each knows its bound when it copies, as the verifier demands.
   */
  #reserveWithPayload(): void {
    const asm = this.#asm;
    const { payload, size } = this.#layout;
    if (!payload) return;
    const done = asm.label();
    const largest = PAYLOAD_ROOMS.at(-1)!;
    const lengthUnreadable = asm.label();
    this.#loadValue(R8, payload.lengthArgument, lengthUnreadable);
    for (const room of PAYLOAD_ROOMS) {
      const next = asm.label();
      const fits = asm.label();
      if (room === largest) {
        this.#reserve(size + room);
        asm.jumpIf(R8, "<=", room, fits);
        this.#mark("truncated", payload.argument);
        asm.mov(R8, room).place(fits);
      } else {
        asm.jumpIf(R8, ">", room, next);
        this.#reserve(size + room);
      }
      asm.store(8, R7, payload.lengthOffset, reg(R8));
      this.#copyPayload(payload.argument, payload.lengthOffset);
      asm.jump(done).place(next);
    }
    asm.place(lengthUnreadable);
    this.#reserve(size);
    asm.store(8, R7, payload.lengthOffset, 0);
    this.#mark("unreadable", payload.argument);
    asm.place(done);
  }

  #copyPayload(argument: number, lengthOffset: number): void {
    const asm = this.#asm;
    const unreadable = asm.label();
    const copied = asm.label();
    this.#loadValue(R3, argument, unreadable);
    asm.mov(R1, reg(R7)).alu("add", R1, this.#layout.size).mov(R2, reg(R8));
    this.#readUser();
    asm.jumpIf(R0, "==", 0, copied).place(unreadable).store(8, R7, lengthOffset, 0);
    this.#mark("unreadable", argument);
    asm.place(copied);
  }

  #writeHeader(): void {
    this.#asm
      .call("get_smp_processor_id")
      .alu("lsh", R0, 16)
      .alu("or", R0, this.#layout.id)
      .store(4, R7, HEADER.id, reg(R0))
      .call("ktime_get_ns")
      .store(8, R7, HEADER.ktime, reg(R0))
      .store(8, R7, HEADER.tid, reg(R9));
  }

  #writeSlot(slot: Slot): void {
    const asm = this.#asm;
    const unreadable = asm.label();
    const done = asm.label();
    switch (slot.field.type) {
      case "hash":
        this.#copyHash(slot, unreadable);
        break;
      case "string":
        this.#copyString(slot, unreadable);
        break;
      default:
        this.#loadValue(R3, slot.argument, unreadable);
        asm.store(slot.size as Width, R7, slot.offset, reg(R3));
    }
    asm.jump(done).place(unreadable);
    asm.store(Math.min(slot.size, 8) as Width, R7, slot.offset, 0);
    this.#mark("unreadable", slot.argument);
    asm.place(done);
  }

  /** A hash is stored reversed, as it is displayed: the words pass through a register anyway. */
  #copyHash(slot: Slot, unreadable: Label): void {
    const asm = this.#asm;
    this.#loadValue(R8, slot.argument, unreadable);
    this.#copyToStack(slot.size);
    asm.jumpIf(R0, "!=", 0, unreadable);
    for (let word = 0; word < slot.size; word += 8) {
      asm
        .load(8, R1, FP, -slot.size + word)
        .swapBytes(R1, 8)
        .store(8, R7, slot.offset + slot.size - 8 - word, reg(R1));
    }
  }

  /** Copies the string's head over the stack, and only where that does not hold its end, all of it. */
  #copyString(slot: Slot, unreadable: Label): void {
    const asm = this.#asm;
    const whole = asm.label();
    const ended = asm.label();
    this.#loadValue(R8, slot.argument, unreadable);
    this.#copyToStack(STRING_HEAD);
    asm.jumpIf(R0, "!=", 0, whole);
    asm.loadImmediate64(R3, BYTES_OF_01).loadImmediate64(R4, BYTES_OF_80);
    for (let word = 0; word < STRING_HEAD; word += 8) {
      // A word w has a zero byte exactly when (w - 0x01…) & ~w & 0x80… is not zero.
      asm
        .load(8, R1, FP, -STRING_HEAD + word)
        .store(8, R7, slot.offset + word, reg(R1))
        .mov(R2, reg(R1))
        .alu("sub", R2, reg(R3))
        .alu("xor", R1, -1)
        .alu("and", R2, reg(R1))
        .alu("and", R2, reg(R4))
        .jumpIf(R2, "!=", 0, ended);
    }
    asm.place(whole);
    this.#readString(slot);
    const last = slot.size - 1;
    if (this.#options.sleepable) {
      // The reader of strings cannot wait for a page: touch both that the string may lie on, and try again.
      const read = asm.label();
      asm.jumpIf(R0, "s>", 0, read);
      this.#copyToStack(1);
      this.#copyToStack(1, last);
      this.#readString(slot);
      asm.place(read);
    }
    asm.jumpIf(R0, "s<=", 0, unreadable).jumpIf(R0, "s<", slot.size, ended);
    // The room is used up, by a longer string or by one that just fits.
    const cut = asm.label();
    this.#copyToStack(1, last);
    asm.jumpIf(R0, "!=", 0, cut).load(1, R1, FP, -1).jumpIf(R1, "==", 0, ended).place(cut);
    this.#mark("truncated", slot.argument);
    asm.place(ended);
  }

  /** Copies `size` bytes at R8 + `offset` to the end of the stack; R0 = 0 when it could. */
  #copyToStack(size: number, offset = 0): void {
    this.#asm.mov(R1, reg(FP)).alu("add", R1, -size).mov(R2, size).mov(R3, reg(R8));
    if (offset > 0) this.#asm.alu("add", R3, offset);
    this.#readUser();
  }

  #readString(slot: Slot): void {
    this.#asm
      .mov(R1, reg(R7))
      .alu("add", R1, slot.offset)
      .mov(R2, slot.size)
      .mov(R3, reg(R8))
      .call("probe_read_user_str");
  }

  /** Copies R2 bytes of the process's memory at R3 to R1; R0 = 0 when it could. */
  #readUser(): void {
    this.#asm.call(this.#options.sleepable ? "copy_from_user" : "probe_read_user");
  }

  /** dst = the argument, extended to 64 bits by its own width and sign; calls are made, so R1-R5 are lost. */
  #loadValue(dst: RegisterNumber, index: number, unreadable: Label): void {
    const asm = this.#asm;
    const argument = this.#arguments[index];
    switch (argument?.kind) {
      case "register":
        asm.load(8, dst, R6, argument.register.offset);
        this.#extend(dst, argument.size, argument.signed, argument.register.shift);
        return;
      case "constant":
        asm.loadImmediate64(dst, argument.value);
        return;
      case "memory":
        this.#loadAddress(R3, argument);
        asm.mov(R1, reg(FP)).alu("add", R1, -8).mov(R2, argument.size);
        this.#readUser();
        asm.jumpIf(R0, "!=", 0, unreadable).load(argument.size, dst, FP, -8);
        if (argument.signed) this.#extend(dst, argument.size, true, 0);
        return;
      default:
        asm.jump(unreadable);
    }
  }

  #extend(dst: RegisterNumber, size: number, signed: boolean, shift: number): void {
    const unused = 64 - size * 8;
    if (shift > 0) this.#asm.alu("rsh", dst, shift);
    if (unused > 0) this.#asm.alu("lsh", dst, unused).alu(signed ? "arsh" : "rsh", dst, unused);
  }

  #loadAddress(dst: RegisterNumber, argument: Argument & { kind: "memory" }): void {
    const asm = this.#asm;
    asm.loadImmediate64(dst, BigInt(argument.displacement));
    if (argument.base !== null) {
      const base = argument.base === "probe" ? INSTRUCTION_POINTER : argument.base.offset;
      asm.load(8, R1, R6, base).alu("add", dst, reg(R1));
    }
    if (argument.index !== null) {
      asm
        .load(8, R1, R6, argument.index.offset)
        .alu("mul", R1, argument.scale)
        .alu("add", dst, reg(R1));
    }
  }

  /** Sets the field's bit in one of the header's masks. */
  #mark(mask: "truncated" | "unreadable", argument: number): void {
    this.#asm
      .load(2, R1, R7, HEADER[mask])
      .alu("or", R1, 1 << argument)
      .store(2, R7, HEADER[mask], reg(R1));
  }

  /** Submits the record, waking the reader only when it said that it sleeps. */
  #submit(): void {
    const asm = this.#asm;
    const awake = asm.label();
    asm
      .mov(R2, NO_WAKEUP)
      .loadMapValue(R3, this.#options.shared, SHARED.reader)
      .load(4, R4, R3, 0)
      .jumpIf(R4, "!=", WAKE.asleep, awake)
      .store(4, R3, 0, WAKE.awake)
      .mov(R2, FORCE_WAKEUP)
      .place(awake)
      .mov(R1, reg(R7))
      .call("ringbuf_submit")
      .mov(R0, 0)
      .exit();
  }

  #countLoss(): void {
    this.#asm
      .place(this.#lost)
      .loadMapValue(R1, this.#options.shared, SHARED.lost(this.#layout.id))
      .mov(R2, 1)
      .atomicAdd(8, R1, 0, R2)
      .mov(R0, 0)
      .exit();
  }
}

/** Of pt_regs, where the address of the probe's own instruction lies. */
const INSTRUCTION_POINTER = process.arch === "arm64" ? 256 : 128;
