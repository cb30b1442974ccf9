import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";

/** A transaction, or a package, that replaced others. */
export interface Replacement {
  /** Counted from 1 since tracing began. */
  readonly number: number;
  readonly time: number;
  readonly id: string | null;
  readonly isPackage: boolean;
  /** Transactions that it replaced so far, descendants included. */
  readonly replaced: number;
  /** The first of them. */
  readonly txid: string | null;
  /** Of all of them so far, in sat and vB; null when one is unknown. */
  readonly oldFee: number | null;
  readonly oldVsize: number | null;
  readonly newFee: number | null;
  readonly newVsize: number | null;
}

const MAX_REPLACEMENTS = 60;

/** The last replacements. Core reports each replaced transaction on its own, one right after the other. */
export class Replacements {
  /** Newest first. */
  readonly recent: Replacement[] = [];

  /** Takes mempool:replaced. @returns the replacement with all that it replaced so far */
  take(event: RawEvent): Replacement {
    const id = textIn(event, "replacement_id");
    const fee = numberIn(event, "replaced_fee");
    const vsize = numberIn(event, "replaced_vsize");
    const [last] = this.recent;
    if (last && id !== null && last.id === id) {
      const more = {
        ...last,
        replaced: last.replaced + 1,
        oldFee: plus(last.oldFee, fee),
        oldVsize: plus(last.oldVsize, vsize),
      };
      this.recent[0] = more;
      return more;
    }
    const replacement = {
      number: this.count + 1,
      time: event.time,
      id,
      isPackage: event.replacement_is_txid === false,
      replaced: 1,
      txid: textIn(event, "replaced_txid"),
      oldFee: fee,
      oldVsize: vsize,
      newFee: numberIn(event, "replacement_fee"),
      newVsize: numberIn(event, "replacement_vsize"),
    };
    this.recent.unshift(replacement);
    if (this.recent.length > MAX_REPLACEMENTS) this.recent.pop();
    return replacement;
  }

  /** Since tracing began. */
  get count(): number {
    return this.recent[0]?.number ?? 0;
  }
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
