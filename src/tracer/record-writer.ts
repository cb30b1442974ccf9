import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R4, R7, R8, R9, type Width } from "../bpf/instruction.ts";
import type { ArgumentLoader } from "./argument-loader.ts";
import { type Limits, NO_LIMITS, writeLimits } from "./limit-writer.ts";
import type { Action } from "./program.ts";
import {
  FORM_SHIFT,
  HEADER,
  NARROW,
  type PayloadSlot,
  type RecordForm,
  type RecordLayout,
  type Slot,
  WIDE,
} from "./record-layout.ts";
import { SHARED, WAKE } from "./shared-state.ts";
import { StringWriter } from "./string-writer.ts";

/** The maps that receive records and counts of lost events. */
export interface Delivery {
  readonly ring: number;
  readonly shared: number;
}

const NO_WAKEUP = 1;
const FORCE_WAKEUP = 2;

/** Delivers events within the limits, as records of this layout. */
export function deliver(
  layout: RecordLayout,
  delivery: Delivery,
  limits: Limits = NO_LIMITS,
): Action {
  return (asm, loader) => {
    writeLimits(asm, limits, delivery.shared, layout.id);
    new RecordWriter(asm, loader, layout, delivery).write();
  };
}

/** Counts an event that a query could not decide on. */
export function countUndecided(shared: number, id: number): (asm: Assembler) => void {
  return (asm) => addOne(asm, shared, SHARED.undecided(id));
}

function addOne(asm: Assembler, shared: number, at: number): void {
  asm.loadMapValue(R1, shared, at).mov(R2, 1).atomicAdd(8, R1, 0, R2);
}

/**
 * Writes the instructions that deliver one event: reserve a record in the ring buffer, fill it, submit it.
 *
 *     reserve ──► header ──► slot, slot, … ──► submit
 *        │ full                  │ fault, or too long a string
 *        ▼                       ▼
 *     count a loss        set the field's bit, or discard the record and begin the wide one
 *
 * R7 = the record, R8 = a pointer or length that must survive a call, R9 = the ids of process and thread.
 */
class RecordWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;
  readonly #layout: RecordLayout;
  readonly #delivery: Delivery;
  readonly #strings: StringWriter;
  readonly #lost: Label;

  constructor(asm: Assembler, loader: ArgumentLoader, layout: RecordLayout, delivery: Delivery) {
    this.#asm = asm;
    this.#loader = loader;
    this.#layout = layout;
    this.#delivery = delivery;
    this.#strings = new StringWriter(asm, loader);
    this.#lost = asm.label();
  }

  write(): void {
    const { narrow } = this.#layout;
    if (narrow) {
      const tooLong = this.#asm.label();
      this.#writeForm(narrow, NARROW, tooLong);
      this.#asm.place(tooLong).mov(R1, reg(R7)).mov(R2, NO_WAKEUP).call("ringbuf_discard");
    }
    this.#writeForm(this.#layout, WIDE, null);
    this.#countLoss();
  }

  /** @param tooLong where to go on when a string does not fit the form; null when it is to be cut */
  #writeForm(form: RecordForm, number: number, tooLong: Label | null): void {
    if (this.#layout.payload) this.#reserveWithPayload(form.size);
    else this.#reserve(form.size);
    this.#writeHeader(number);
    for (const slot of form.slots) this.#writeSlot(slot, tooLong);
    this.#submit();
  }

  /** R7 = a new record of `size` bytes with clear masks. */
  #reserve(size: number): void {
    this.#asm
      .loadMap(R1, this.#delivery.ring)
      .mov(R2, size)
      .mov(R3, 0)
      .call("ringbuf_reserve")
      .jumpIf(R0, "==", 0, this.#lost)
      .mov(R7, reg(R0))
      .store(4, R7, HEADER.truncated, 0);
  }

  /**
   * Reserves a record for the payload's length and copies the payload. The size of a reservation must be a constant, so
   * each room has its own branch. In each branch the verifier sees the maximum length of the copy.
   */
  #reserveWithPayload(size: number): void {
    const asm = this.#asm;
    const { payload } = this.#layout;
    if (!payload) return;
    const done = asm.label();
    const largest = payload.rooms.at(-1)!;
    const lengthUnreadable = asm.label();
    this.#loader.loadValue(R8, payload.lengthArgument, lengthUnreadable);
    for (const room of payload.rooms) {
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
      this.#copyPayload(payload, size);
      asm.jump(done).place(next);
    }
    asm.place(lengthUnreadable);
    this.#reserve(size);
    asm.store(8, R7, payload.lengthOffset, 0);
    this.#mark("unreadable", payload.argument);
    asm.place(done);
  }

  #copyPayload({ argument, lengthOffset }: PayloadSlot, offset: number): void {
    const asm = this.#asm;
    const unreadable = asm.label();
    const copied = asm.label();
    this.#loader.loadValue(R3, argument, unreadable);
    asm.mov(R1, reg(R7)).alu("add", R1, offset).mov(R2, reg(R8));
    this.#loader.readUser();
    asm.jumpIf(R0, "==", 0, copied).place(unreadable).store(8, R7, lengthOffset, 0);
    this.#mark("unreadable", argument);
    asm.place(copied);
  }

  #writeHeader(form: number): void {
    this.#asm
      .call("get_smp_processor_id")
      .alu("lsh", R0, 16)
      .alu("or", R0, this.#layout.id | (form << FORM_SHIFT))
      .store(4, R7, HEADER.id, reg(R0))
      .call("ktime_get_ns")
      .store(8, R7, HEADER.ktime, reg(R0))
      .store(8, R7, HEADER.tid, reg(R9));
  }

  #writeSlot(slot: Slot, tooLong: Label | null): void {
    const asm = this.#asm;
    const unreadable = asm.label();
    const done = asm.label();
    switch (slot.field.type) {
      case "hash":
        this.#copyHash(slot, unreadable);
        break;
      case "string":
        if (tooLong) this.#strings.writeShort(slot, tooLong);
        else this.#writeLong(slot, unreadable);
        break;
      case "words":
        this.#copyWords(slot, unreadable);
        break;
      case "float64":
      case "float32":
        if (this.#loader.isFloat(slot.argument, slot.size)) this.#copyValue(slot, unreadable);
        else asm.jump(unreadable);
        break;
      default:
        this.#copyValue(slot, unreadable);
    }
    asm.jump(done).place(unreadable);
    asm.store(Math.min(slot.size, 8) as Width, R7, slot.offset, 0);
    this.#mark("unreadable", slot.argument);
    asm.place(done);
  }

  #copyValue(slot: Slot, unreadable: Label): void {
    this.#loader.loadValue(R3, slot.argument, unreadable);
    this.#asm.store(slot.size as Width, R7, slot.offset, reg(R3));
  }

  #copyWords({ argument, size, offset }: Slot, unreadable: Label): void {
    for (let word = 0; 8 * word < size; word++) {
      this.#loader.loadWord(R3, argument, word, unreadable);
      this.#asm.store(8, R7, offset + 8 * word, reg(R3));
    }
  }

  /** Stores a hash in reverse, the order in which it is displayed: this costs little, as each word is in a register. */
  #copyHash(slot: Slot, unreadable: Label): void {
    const asm = this.#asm;
    this.#loader.loadValue(R8, slot.argument, unreadable);
    this.#loader.copyToStack(slot.size);
    asm.jumpIf(R0, "!=", 0, unreadable);
    for (let word = 0; word < slot.size; word += 8) {
      asm
        .load(8, R1, FP, -slot.size + word)
        .swapBytes(R1, 8)
        .store(8, R7, slot.offset + slot.size - 8 - word, reg(R1));
    }
  }

  #writeLong(slot: Slot, unreadable: Label): void {
    const cut = this.#asm.label();
    const done = this.#asm.label();
    this.#strings.writeLong(slot, cut, unreadable);
    this.#asm.jump(done).place(cut);
    this.#mark("truncated", slot.argument);
    this.#asm.place(done);
  }

  /** Sets the field's bit in one of the header's masks. */
  #mark(mask: "truncated" | "unreadable", argument: number): void {
    this.#asm
      .load(2, R1, R7, HEADER[mask])
      .alu("or", R1, 1 << argument)
      .store(2, R7, HEADER[mask], reg(R1));
  }

  /** Submits the record, and wakes the reader if it is asleep. */
  #submit(): void {
    const asm = this.#asm;
    const awake = asm.label();
    asm
      .mov(R2, NO_WAKEUP)
      .loadMapValue(R3, this.#delivery.shared, SHARED.reader)
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
    this.#asm.place(this.#lost);
    addOne(this.#asm, this.#delivery.shared, SHARED.lost(this.#layout.id));
    this.#asm.mov(R0, 0).exit();
  }
}
