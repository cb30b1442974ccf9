import { displayHash, sha256d } from "../bitcoin/hash.ts";
import {
  type OutPoint,
  serializeLegacyTransaction,
  serializeTransaction,
  type Transaction,
} from "../bitcoin/transaction.ts";
import { MEMPOOL_HEIGHT } from "../contract/utxocache.ts";
import type { Prng } from "../util/prng.ts";
import {
  dataScript,
  lockingScript,
  lockingSigopCost,
  SCRIPT_KINDS,
  type ScriptKind,
  SPENDING_SIGOP_COST,
  unlocking,
} from "./script.ts";

/** An output that can be spent. */
export interface Coin {
  readonly previous: OutPoint;
  /** The txid in display order. */
  readonly txid: string;
  /** In sat. */
  readonly value: number;
  readonly kind: ScriptKind;
  readonly coinbase: boolean;
  /** Height of the block that created it, or MEMPOOL_HEIGHT. */
  height: number;
  /** The payment that creates it; null once that is in a block. */
  creator: Payment | null;
  /** The payment in the mempool that spends it. */
  spender: Payment | null;
  /** Whether a block spent it, or its chain was replaced. */
  gone: boolean;
  /** Whether the pool or a wallet of the node holds it. */
  held: boolean;
}

/**
 * A transaction and its state in the simulation:
 *
 *   unseen ──► requested ──► mempool ──► block          unseen: only other nodes have it
 *      ▲           │  ▲         │                       orphan: the node has it, but lacks a parent
 *      │ notfound  ▼  │         ▼
 *      └─────── orphan┘       gone                      gone: rejected, replaced, expired or evicted
 */
export interface Payment {
  readonly transaction: Transaction;
  readonly txid: Uint8Array;
  readonly wtxid: Uint8Array;
  /** The txid in display order. */
  readonly id: string;
  readonly vsize: number;
  /** In sat. */
  readonly fee: number;
  readonly sigopCost: number;
  readonly spends: readonly Coin[];
  /** Its spendable outputs. */
  readonly creates: readonly Coin[];
  /** The reason why nodes reject it; null if it is valid. */
  readonly flaw: Flaw | null;
  /** Ids of the peers that have it. */
  readonly knownBy: Set<number>;
  status: "unseen" | "requested" | "orphan" | "mempool" | "block" | "gone";
  /** UNIX time in s of its last entry into the mempool. */
  entryTime: number;
}

export interface Flaw {
  readonly reason: string;
  /** Whether a node finds the flaw only after it has read the spent coins. */
  readonly afterLookup: boolean;
}

export interface PaymentPlan {
  /** In sat/vB. */
  readonly feeRate: number;
  /** Maximum number of outputs. There are fewer if an output would be below the dust limit. */
  readonly outputs: number;
  readonly data?: Uint8Array;
  readonly flaw?: Flaw;
}

/** Minimum value of an output, in sat. */
const DUST = 1000;

/** Estimated sizes in vB. */
const INPUT_VSIZE: Readonly<Record<ScriptKind, number>> = {
  p2wpkh: 68,
  p2tr: 57.5,
  p2pkh: 148,
  p2shP2wpkh: 91,
  p2wsh: 104.5,
};
const OUTPUT_VSIZE = 34;
const REST_VSIZE = 11;

export function estimateVsize(spends: readonly Coin[], outputs: number): number {
  const inputs = spends.reduce((sum, coin) => sum + inputVsize(coin), 0);
  return REST_VSIZE + inputs + OUTPUT_VSIZE * outputs;
}

/** Size in vB of an input that spends the coin. */
export function inputVsize({ kind }: Coin): number {
  return INPUT_VSIZE[kind];
}

/** Makes a payment; null if the coins are worth less than the fee and one output. */
export function makePayment(
  spends: readonly Coin[],
  plan: PaymentPlan,
  prng: Prng,
): Payment | null {
  const value = spends.reduce((sum, coin) => sum + coin.value, 0);
  const dataSize = plan.data === undefined ? 0 : 11 + plan.data.length;
  let count = plan.outputs;
  let rest = 0;
  for (; count > 0; count--) {
    rest = value - Math.ceil((estimateVsize(spends, count) + dataSize) * plan.feeRate);
    if (rest >= count * DUST) break;
  }
  if (count === 0) return null;

  return payOut(spends, split(rest, count, prng), plan, prng);
}

/** Makes a payment with outputs of these values, in sat. The rest of the coins' value is the fee. */
export function payOut(
  spends: readonly Coin[],
  values: readonly number[],
  { data, flaw = null }: { readonly data?: Uint8Array; readonly flaw?: Flaw | null },
  prng: Prng,
): Payment {
  const kinds = values.map(() => prng.weighted(SCRIPT_KINDS));
  const outputs = values.map((value, i) => ({
    value: BigInt(value),
    scriptPubKey: lockingScript(kinds[i]!, prng),
  }));
  if (data !== undefined) outputs.push({ value: 0n, scriptPubKey: dataScript(data) });
  const transaction: Transaction = {
    version: 2,
    inputs: spends.map(({ previous, kind }) => ({
      previous,
      sequence: 0xffff_fffd, // signals replaceability (BIP 125)
      ...unlocking(kind, prng),
    })),
    outputs,
    lockTime: 0,
  };
  return asPayment(transaction, spends, kinds, { coinbase: false, flaw });
}

/**
 * @param spends the coins that the inputs spend; none for a coinbase
 * @param kinds the kinds of the first outputs; further outputs are not spendable
 */
export function asPayment(
  transaction: Transaction,
  spends: readonly Coin[],
  kinds: readonly ScriptKind[],
  { coinbase, flaw }: { readonly coinbase: boolean; readonly flaw: Flaw | null },
): Payment {
  const stripped = serializeLegacyTransaction(transaction);
  const full = serializeTransaction(transaction);
  const txid = sha256d(stripped);
  const id = displayHash(txid);
  const creates = kinds.map((kind, vout): Coin => {
    const value = Number(transaction.outputs[vout]!.value);
    const state = { height: MEMPOOL_HEIGHT, creator: null, spender: null, gone: false };
    return { previous: { txid, vout }, txid: id, value, kind, coinbase, held: false, ...state };
  });
  const spent = spends.reduce((sum, coin) => sum + coin.value, 0);
  const created = transaction.outputs.reduce((sum, output) => sum + Number(output.value), 0);
  const payment: Payment = {
    transaction,
    txid,
    wtxid: full.length === stripped.length ? txid : sha256d(full),
    id,
    vsize: Math.ceil((3 * stripped.length + full.length) / 4),
    fee: coinbase ? 0 : spent - created,
    sigopCost:
      spends.reduce((sum, coin) => sum + SPENDING_SIGOP_COST[coin.kind], 0) +
      kinds.reduce((sum, kind) => sum + lockingSigopCost(kind), 0),
    spends,
    creates,
    flaw,
    knownBy: new Set(),
    status: "unseen",
    entryTime: 0,
  };
  for (const coin of creates) coin.creator = payment;
  return payment;
}

/** Splits `total` into `count` random parts, none below the dust limit. */
function split(total: number, count: number, prng: Prng): number[] {
  const parts: number[] = [];
  let left = total;
  for (let more = count - 1; more > 0; more--) {
    const part = DUST + Math.floor((left - (more + 1) * DUST) * prng.fraction());
    parts.push(part);
    left -= part;
  }
  return [...parts, left];
}
