/**
 * Which coins pay for a payment? Three of Core's ways, of which the one with the least waste wins:
 *
 * - bnb: branch and bound, a set that needs no change output, if there is one;
 * - srd: single random draw, coins at random until there is enough, with change;
 * - knapsack: the smallest coin that is enough, else the largest ones, with change.
 *
 * A coin counts with its effective value: what is left when the fee for spending it is paid.
 */

import type { Prng } from "../util/prng.ts";
import type { Coin } from "./payment.ts";
import { inputVsize } from "./payment.ts";

export interface Selection {
  /** As Core names it. */
  readonly algorithm: "bnb" | "srd" | "knapsack";
  readonly coins: readonly Coin[];
  /** In sat: what spending these coins now costs more than later, and the change or the excess. May be negative. */
  readonly waste: number;
  readonly change: boolean;
}

/** In sat/vB: what spending an input is expected to cost one day. */
const LONG_TERM_FEE_RATE = 10;
/** In vB: a change output, and the input that spends it later. */
export const CHANGE_VSIZE = 31;
const CHANGE_SPEND_VSIZE = 68;
/** In sat: change is never less. */
const MIN_CHANGE = 50_000;
/** Branches that bnb tries. */
const SEARCH_LIMIT = 2000;

/**
 * @param target in sat: the payment and the fee of all but the inputs
 * @param feeRate in sat/vB
 * @returns null when the coins are not worth enough
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

/** As many of the coins, from the first on, as are worth `target`; null when all are not. */
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

/** Indexes of values, given largest first, that sum up to between `low` and `high`; null when none are found. */
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
