import type { RawEvent } from "../../event/event.ts";
import { numberOf, textOf } from "../values.ts";

/** A transaction, or a package, that took the place of others. */
export interface Replacement {
  /** Its place among all since tracing began, from 1 on. */
  readonly number: number;
  readonly time: number;
  readonly id: string | null;
  /** Transactions whose place it took, descendants included. */
  replaced: number;
  /** One of them. */
  readonly txid: string | null;
  /** Of all of them, in sat and vB; null when it was not told. */
  oldFee: number | null;
  oldVsize: number | null;
  readonly newFee: number | null;
  readonly newVsize: number | null;
}

const MAX_REPLACEMENTS = 60;

/** The last replacements: Core tells of one for each transaction that it removes. */
export class Replacements {
  readonly #replacements: Replacement[] = [];

  replaced(event: RawEvent): void {
    const id = textOf(event, "replacement_id");
    const fee = numberOf(event, "replaced_fee");
    const vsize = numberOf(event, "replaced_vsize");
    const [last] = this.#replacements;
    if (last && id !== null && last.id === id) {
      last.replaced++;
      last.oldFee = sum(last.oldFee, fee);
      last.oldVsize = sum(last.oldVsize, vsize);
      return;
    }
    this.#replacements.unshift({
      number: (last?.number ?? 0) + 1,
      time: event.time,
      id,
      replaced: 1,
      txid: textOf(event, "replaced_txid"),
      oldFee: fee,
      oldVsize: vsize,
      newFee: numberOf(event, "replacement_fee"),
      newVsize: numberOf(event, "replacement_vsize"),
    });
    if (this.#replacements.length > MAX_REPLACEMENTS) this.#replacements.pop();
  }

  /** Newest first. */
  view(): readonly Replacement[] {
    return this.#replacements;
  }
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
