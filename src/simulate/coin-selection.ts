/**
 * Selects coins that fund a payment. It runs three of Core's algorithms and uses the result with the least waste:
 *
 * - bnb: branch and bound, a set that needs no change output, if one exists;
 * - srd: single random draw, random coins until their value suffices, with change;
 * - knapsack: the smallest coin whose value suffices, else the largest coins, with change.
 *
 * All of them use effective values: the value of a coin minus the fee for spending it.
 */

import type { Prng } from "../util/prng.ts";
import type { Coin } from "./payment.ts";
import { inputVsize } from "./payment.ts";

export interface Selection {
  /** The name in Core. */
  readonly algorithm: "bnb" | "srd" | "knapsack";
  readonly coins: readonly Coin[];
  /**
   * In sat: the additional cost of spending these coins now instead of later, plus the cost of change or the excess.
   * May be negative.
   */
  readonly waste: number;
  readonly change: boolean;
}

/** Expected feerate of later payments, in sat/vB. */
const LONG_TERM_FEE_RATE = 10;
/** Size of a change output, and of the input that spends it later, in vB. */
export const CHANGE_VSIZE = 31;
const CHANGE_SPEND_VSIZE = 68;
/** Minimum value of a change output, in sat. */
const MIN_CHANGE = 50_000;
/** Maximum number of branches that bnb tries. */
const SEARCH_LIMIT = 2000;

/**
 * @param target in sat: the payment, plus the fee for everything except the inputs
 * @param feeRate in sat/vB
 * @returns null if the coins do not suffice
 */
export function selectCoins(
  coins: readonly Coin[],
  target: number,
  feeRate: number,
  prng: Prng,
): Selection | null {
  const worth = (coin: Coin): number => coin.value - inputVsize(coin) * feeRate;
  const useful = coins.filter((coin) => worth(coin) > 0).sort((a, b) => worth(b) - worth(a));
  const changeCost = CHANGE_VSIZE * feeRate + CHANGE_SPEND_VSIZE * LONG_TERM_FEE_RATE;
  const withChange = target + CHANGE_VSIZE * feeRate + MIN_CHANGE;

  const exact = branchAndBound(useful.map(worth), target, target + changeCost);
  const drawn = enough(prng.sample(useful, useful.length), worth, withChange);
  const smallest = useful.findLast((coin) => worth(coin) >= withChange);
  const greedy = smallest === undefined ? enough(useful, worth, withChange) : [smallest];

  const early = (chosen: readonly Coin[]): number =>
    chosen.reduce((sum, coin) => sum + inputVsize(coin) * (feeRate - LONG_TERM_FEE_RATE), 0);
  const found: Selection[] = [];
  if (exact !== null) {
    const chosen = exact.map((index) => useful[index]!);
    const excess = chosen.reduce((sum, coin) => sum + worth(coin), -target);
    const waste = Math.round(early(chosen) + excess);
    found.push({ algorithm: "bnb", coins: chosen, waste, change: false });
  }
  for (const [algorithm, chosen] of [
    ["knapsack", greedy],
    ["srd", drawn],
  ] as const) {
    if (chosen === null) continue;
    const waste = Math.round(early(chosen) + changeCost);
    found.push({ algorithm, coins: chosen, waste, change: true });
  }
  return found.sort((a, b) => a.waste - b.waste)[0] ?? null;
}

/** The first coins whose value sums up to at least `target`; null if all together do not suffice. */
function enough(
  coins: readonly Coin[],
  worth: (coin: Coin) => number,
  target: number,
): readonly Coin[] | null {
  let sum = 0;
  for (const [index, coin] of coins.entries()) {
    sum += worth(coin);
    if (sum >= target) return coins.slice(0, index + 1);
  }
  return null;
}

/** Indexes of values whose sum is from `low` to `high`; null if none are found. @param values largest first */
function branchAndBound(values: readonly number[], low: number, high: number): number[] | null {
  let tries = 0;
  const search = (index: number, sum: number, left: number): number[] | null => {
    if (sum >= low && sum <= high) return [];
    const value = values[index];
    if (value === undefined || sum > high || sum + left < low || ++tries > SEARCH_LIMIT)
      return null;
    const including = search(index + 1, sum + value, left - value);
    if (including !== null) return [index, ...including];
    return search(index + 1, sum, left - value);
  };
  return search(
    0,
    0,
    values.reduce((sum, value) => sum + value, 0),
  );
}
