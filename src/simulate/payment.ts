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
  /** What created it, as long as that is not in a block. */
  creator: Payment | null;
  /** What spends it in the mempool. */
  spender: Payment | null;
  /** Whether a block spent it, or the chain it was on is gone. */
  gone: boolean;
  /** Whether the pool or a wallet of the node has it. */
  held: boolean;
}

/**
 * A transaction with what the simulation knows about it. Its life:
 *
 *   abroad ──► requested ──► mempool ──► block          abroad: others have it, the node does not
 *      ▲           │  ▲         │                       orphan: the node has it and waits for a parent
 *      │ notfound  ▼  │         ▼
 *      └─────── orphan┘       gone                      gone: refused, replaced, expired or evicted
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
  /** Its outputs but those that can never be spent. */
  readonly creates: readonly Coin[];
  /** Why a node refuses it; null for a proper one. */
  readonly flaw: Flaw | null;
  /** Ids of the peers that have it. */
  readonly knownBy: Set<number>;
  status: "abroad" | "requested" | "orphan" | "mempool" | "block" | "gone";
  /** UNIX s, of its last entry to the mempool. */
  entryTime: number;
}

export interface Flaw {
  readonly reason: string;
  /** Found only after the coins it spends were looked up. */
  readonly afterLookup: boolean;
}

export interface PaymentPlan {
  /** In sat/vB. */
  readonly feeRate: number;
  /** Outputs that share what the fee leaves. Fewer are made when it would be less than dust for each. */
  readonly outputs: number;
  readonly data?: Uint8Array;
  readonly flaw?: Flaw;
}

/** Below this an output is not worth spending, in sat. */
const DUST = 1000;

/** As wallets estimate it, in vB. */
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

/** In vB: what spending the coin adds to a transaction. */
export function inputVsize({ kind }: Coin): number {
  return INPUT_VSIZE[kind];
}

/** Null when the coins are worth less than the fee and one output. */
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

/** What the coins are worth beyond `values`, in sat, is the fee. */
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
      sequence: 0xffff_fffd, // asks to be replaceable
      ...unlocking(kind, prng),
    })),
    outputs,
    lockTime: 0,
  };
  return asPayment(transaction, spends, kinds, { coinbase: false, flaw });
}

/**
 * @param spends the coins behind the inputs, none for a coinbase
 * @param kinds of the outputs; those after them can never be spent
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
    status: "abroad",
    entryTime: 0,
  };
  for (const coin of creates) coin.creator = payment;
  return payment;
}

/** `total` in `count` uneven parts, none below the dust limit. */
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
