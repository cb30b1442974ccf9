import { CorelensError } from "../errors.ts";
import type { RawEvent } from "../event/event.ts";
import { type LossCounters, NOTHING } from "../event/loss.ts";
import { compileDecoder, type Decoder } from "./decoder.ts";
import { compileRecordFilter, type RecordFilter } from "./record-filter.ts";
import { FORM_SHIFT, HEADER, type RecordForm, type RecordLayout } from "./record-layout.ts";
import type { RecordMemory } from "./record-memory.ts";

/** A form of the records of a layout, and how they are decoded. */
interface KnownForm {
  readonly layout: RecordLayout;
  readonly form: RecordForm;
  /** Compiled for the first record of this form. */
  decoder: Decoder | undefined;
  filter: RecordFilter | null | undefined;
  /** Where its hashes lie. */
  readonly hashes: readonly number[];
  readonly tally: LossCounters;
}

/**
 * From the records of a batch to events. Records without hashes are decoded as they come. Those with hashes wait for the
 * end of the batch, because the texts of several hashes are made at once.
 */
export class BatchDecoder {
  readonly #memory: RecordMemory;
  readonly #capacity: number;
  /** By the number at the start of their records. */
  readonly #forms = new Map<number, KnownForm>();
  readonly #tallies: LossCounters[] = [];
  #lastNumber = -1;
  #lastForm: KnownForm | undefined;
  #events: RawEvent[] = [];
  /** Where the waiting records lie, and the places of their events. */
  readonly #waitingForms: KnownForm[] = [];
  readonly #waitingAt: Int32Array;
  readonly #waitingPlaces: Int32Array;
  #waiting = 0;

  /**
   * @param capacity layouts that there can be
   * @param most records of a batch
   */
  constructor(memory: RecordMemory, capacity: number, most: number) {
    this.#memory = memory;
    this.#capacity = capacity;
    this.#waitingAt = new Int32Array(most);
    this.#waitingPlaces = new Int32Array(most);
  }

  /** Makes records of this layout known. */
  add(layout: RecordLayout): void {
    const tally = { ...NOTHING };
    this.#tallies[layout.id] = tally;
    for (const [number, form] of [layout, layout.narrow ?? layout].entries()) {
      const hashes = form.slots.flatMap(({ field, offset, hidden }) =>
        field.type === "hash" && !hidden ? offset : [],
      );
      const known = { layout, form, decoder: undefined, filter: undefined, hashes, tally };
      this.#forms.set(layout.id | (number << FORM_SHIFT), known);
    }
  }

  /** What was decoded, by layout. */
  get tallies(): readonly LossCounters[] {
    return this.#tallies;
  }

  begin(): void {
    this.#events = [];
    this.#waiting = 0;
    this.#memory.hashes.clear();
  }

  /**
   * @returns false when the record's layout has not been added yet: this record and later ones stay in the buffer
   * @throws CorelensError RECORD_CORRUPT
   */
  take(at: number, length: number): boolean {
    const known = this.#find(at, length);
    if (known === undefined) return false;
    const { form, tally, hashes } = known;
    if (length < form.size) {
      const { name } = known.layout;
      throw new CorelensError("RECORD_CORRUPT", `a record of ${name} has ${length} bytes`);
    }
    known.filter ??= compileRecordFilter(known.layout, this.#memory, form);
    if (known.filter !== null) {
      const passes = known.filter(at);
      if (passes === null) tally.undecided++;
      if (!passes) return true;
    }
    tally.delivered++;
    const masks = this.#memory.uint32(at + HEADER.truncated);
    if (masks !== 0) {
      if ((masks & 0xffff) !== 0) tally.truncated++;
      if (masks >>> 16 !== 0) tally.unreadable++;
    }
    known.decoder ??= compileDecoder(known.layout, this.#memory, form);
    if (hashes.length === 0) {
      this.#events.push(known.decoder(at));
      return true;
    }
    for (const offset of hashes) this.#memory.hashes.announce(at + offset);
    this.#waitingForms[this.#waiting] = known;
    this.#waitingAt[this.#waiting] = at;
    this.#waitingPlaces[this.#waiting++] = this.#events.push(PENDING) - 1;
    return true;
  }

  /** The events of the batch. */
  finish(): RawEvent[] {
    const events = this.#events;
    for (let i = 0; i < this.#waiting; i++) {
      const { decoder } = this.#waitingForms[i]!;
      events[this.#waitingPlaces[i]!] = decoder!(this.#waitingAt[i]!);
    }
    return events;
  }

  /** @throws CorelensError RECORD_CORRUPT */
  #find(at: number, length: number): KnownForm | undefined {
    const number = length < HEADER.size ? -1 : this.#memory.uint16(at + HEADER.id);
    if (number === this.#lastNumber && number >= 0) return this.#lastForm;
    const known = this.#forms.get(number);
    if (known !== undefined) {
      this.#lastNumber = number;
      this.#lastForm = known;
      return known;
    }
    const id = number & ((1 << FORM_SHIFT) - 1);
    const mayFollow = number >= 0 && id < this.#capacity && this.#tallies[id] === undefined;
    if (mayFollow) return undefined;
    throw new CorelensError("RECORD_CORRUPT", `a record of ${length} bytes names layout ${number}`);
  }
}

/** Takes an event's place in a batch until the record is decoded. */
const PENDING: RawEvent = {
  tracepoint: "",
  time: 0,
  ktime: 0,
  tid: 0,
  thread: null,
  cpu: 0,
  pid: 0,
};
