import type { ArgumentValue } from "../usdt/argument-type.ts";
import type { CONTRACT } from "./contract.ts";
import type { Field, Layout } from "./types.ts";

/**
 * The contract as types: what an event of a tracepoint looks like to a TypeScript program.
 *
 * ```ts
 * EventFields<"mempool:added">   // { txid: string; vsize: number; fee: number | bigint }
 * Matching<"mempool:re*">        // "mempool:removed" | "mempool:replaced" | "mempool:rejected"
 * ```
 */

/** Every name in the contract. */
export type TracepointName = keyof typeof CONTRACT;

/**
 * The decoded fields of an event of the newest release. An event of an older or unknown release can lack some or have
 * others; `recognise` returns the fields of a binary.
 */
export type EventFields<Name extends TracepointName> =
  CurrentLayout<(typeof CONTRACT)[Name]["layouts"][number]> extends {
    readonly fields: readonly (infer Each extends Field)[];
  }
    ? { [Passed in Each as Passed["name"]]: Value<Passed> }
    : never;

/** The names that match a pattern; `*` matches any text: `net:*`, `*_connection`. */
export type Matching<Pattern extends string> = Extract<TracepointName, Glob<Pattern>>;

type Glob<Pattern extends string> = Pattern extends `${infer Before}*${infer After}`
  ? `${Before}${string}${Glob<After>}`
  : Pattern;

/** The layout of the newest release, or the variant of a tracepoint that no release has. */
type CurrentLayout<Any extends Layout> = [Extract<Any, Released>] extends [never]
  ? Any
  : Extract<Any, Released>;

interface Released {
  readonly since: number;
  readonly until: null;
}

type Value<Each extends Field> = Each extends { values: Readonly<Record<number, infer Name>> }
  ? Name | number
  : ValueOfType[Each["type"]];

/** A decoded hash is always text. */
type ValueOfType = Omit<ArgumentValue, "hash"> & {
  hash: string;
  float64: number;
  float32: number;
  words: readonly (number | bigint)[];
};
