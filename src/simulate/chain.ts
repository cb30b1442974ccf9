import { type Block, type BlockHeader, blockHash, merkleRoot } from "../bitcoin/block.ts";
import { displayHash, sha256d } from "../bitcoin/hash.ts";
import type { Transaction } from "../bitcoin/transaction.ts";
import { ByteWriter } from "../bitcoin/writer.ts";
import { MEMPOOL_HEIGHT } from "../contract/utxocache.ts";
import type { CoinPool } from "./coin-pool.ts";
import type { CoinsCache } from "./coins-cache.ts";
import type { Coin } from "./payment.ts";
import { asPayment, type Payment } from "./payment.ts";
import { dataScript, lockingScript } from "./script.ts";
import type { World } from "./world.ts";

/** A block and the payments of its transactions. */
export interface MinedBlock {
  readonly block: Block;
  readonly hash: Uint8Array;
  readonly height: number;
  /** The first one is the coinbase. */
  readonly payments: readonly Payment[];
}

/** The last block of a chain. */
export interface Tip {
  readonly header: BlockHeader;
  readonly hash: Uint8Array;
  readonly height: number;
}

/** Height of the simulated chain at the start of the simulation. */
export const START_HEIGHT = 930_000;
/** A target that needs hashes whose first byte is 00: real proof of work, but little. */
const BITS = 0x2000_ffff;
/** In sat, since block 840,000. */
const SUBSIDY = 312_500_000;
const COINBASE_MATURITY = 100;
/** Script and signature checks, in ms per input. */
const CHECK_COST = 0.03;
const HEADERS_KEPT = 16;

/** The active chain: the blocks that can still be disconnected, and the immature coinbases. */
export class Chain {
  readonly #world: World;
  readonly #cache: CoinsCache;
  readonly #pool: CoinPool;
  /** Oldest first. */
  readonly #recent: Tip[];
  readonly #immature: Coin[] = [];
  #tipBlock: MinedBlock | null = null;
  /** How long the CPU is busy with something else while the next block is connected, in ms. */
  #nextDelay = 0;

  constructor(world: World, cache: CoinsCache, pool: CoinPool, height: number) {
    this.#world = world;
    this.#cache = cache;
    this.#pool = pool;
    const { prng } = world;
    const [previousBlock, root] = [prng.bytes(32), prng.bytes(32)];
    this.#recent = [mineHeader(previousBlock, root, world.time - 30, height)];
  }

  get tip(): Tip {
    return this.#recent.at(-1)!;
  }

  /** The last block that was connected; null before the first. */
  get tipBlock(): MinedBlock | null {
    return this.#tipBlock;
  }

  /** The parent of the tip; null before the first block. */
  get tipParent(): Tip | null {
    return this.#recent.at(-2) ?? null;
  }

  /** Hashes for getheaders, newest first. */
  get locator(): Uint8Array[] {
    return this.#recent.map(({ hash }) => hash).reverse();
  }

  /** Mines a block on top of `parent`. @param payments parents before children */
  mine(parent: Tip, payments: readonly Payment[]): MinedBlock {
    const coinbase = this.#coinbase(parent.height + 1, payments);
    const all = [coinbase, ...payments];
    const root = merkleRoot(all.map(({ txid }) => txid));
    const tip = mineHeader(parent.hash, root, this.#world.time, parent.height + 1);
    return {
      block: { header: tip.header, transactions: all.map(({ transaction }) => transaction) },
      hash: tip.hash,
      height: tip.height,
      payments: all,
    };
  }

  /**
   * Checks a block template on top of the tip, in a temporary cache. Its coins fire the same tracepoints as those of a
   * connected block.
   * @returns the number of coins that were added or spent
   */
  checkTemplate(payments: readonly Payment[]): number {
    const height = this.tip.height + 1;
    let coins = 0;
    for (const payment of [this.#coinbase(height, payments), ...payments]) {
      for (const coin of payment.spends) this.#cache.spend(atMost(coin, height));
      for (const coin of payment.creates) this.#cache.addToTemplate(atMost(coin, height));
      coins += payment.spends.length + payment.creates.length;
    }
    return coins;
  }

  /** Makes connecting the next block take longer. */
  delayNext(ms: number): void {
    this.#nextDelay = ms;
  }

  /** Connects a block whose parent is the tip. */
  connect(mined: MinedBlock): void {
    const begin = this.#world.schedule.now;
    let inputs = 0;
    let sigopsCost = 0;
    for (const payment of mined.payments) {
      inputs += payment.transaction.inputs.length;
      sigopsCost += payment.sigopCost;
      for (const coin of payment.spends) {
        this.#cache.spend(coin);
        coin.gone = true;
      }
      for (const coin of payment.creates) {
        coin.height = mined.height;
        coin.creator = null;
        coin.gone = false; // the mempool may have removed the payment before the block arrived
        this.#cache.add(coin);
      }
    }
    this.#world.schedule.spend(inputs * CHECK_COST + this.#nextDelay);
    this.#nextDelay = 0;
    const duration = this.#world.schedule.now - begin;
    this.#world.fire("validation:block_connected", {
      hash: displayHash(mined.hash),
      hash_text: displayHash(mined.hash),
      height: mined.height,
      transactions: mined.payments.length,
      inputs,
      sigops_cost: sigopsCost,
      duration_us: Math.round(duration * 1e3),
      duration_ns: Math.round(duration * 1e6),
    });
    this.#tipBlock = mined;
    this.#recent.push({ header: mined.block.header, hash: mined.hash, height: mined.height });
    if (this.#recent.length > HEADERS_KEPT) this.#recent.shift();
    this.#mature(mined);
    this.#cache.flushIfFull(mined.height);
  }

  /** Disconnects the last block, starting with its last transaction. Its payments become unconfirmed again. */
  disconnect(mined: MinedBlock): void {
    for (const payment of mined.payments.toReversed()) {
      for (const coin of payment.creates) {
        this.#cache.spend(coin);
        coin.height = MEMPOOL_HEIGHT;
        coin.creator = payment;
      }
      payment.status = "unseen";
      for (const coin of payment.spends) {
        coin.gone = false;
        this.#cache.add(coin);
      }
    }
    const [reward] = mined.payments[0]!.creates;
    reward!.gone = true;
    this.#immature.splice(this.#immature.indexOf(reward!), 1);
    this.#recent.pop();
    this.#tipBlock = null;
  }

  /** Adds new coins to the pool: those of a coinbase after a hundred blocks, others at once. */
  #mature({ payments: [coinbase, ...rest], height }: MinedBlock): void {
    for (const payment of rest) for (const coin of payment.creates) this.#pool.add(coin);
    this.#immature.push(...coinbase!.creates);
    while (
      this.#immature[0] !== undefined &&
      this.#immature[0].height <= height - COINBASE_MATURITY
    ) {
      this.#pool.add(this.#immature.shift()!);
    }
  }

  /** Makes a coinbase with BIP 34 height, subsidy and fees, and BIP 141 commitment. */
  #coinbase(height: number, payments: readonly Payment[]): Payment {
    const { prng } = this.#world;
    const reserved = new Uint8Array(32);
    const root = merkleRoot([reserved, ...payments.map(({ wtxid }) => wtxid)]);
    const commitment = Buffer.concat([
      Uint8Array.of(0xaa, 0x21, 0xa9, 0xed),
      sha256d(Buffer.concat([root, reserved])),
    ]);
    const fees = payments.reduce((sum, { fee }) => sum + fee, 0);
    const transaction: Transaction = {
      version: 2,
      inputs: [
        {
          previous: { txid: new Uint8Array(32), vout: 0xffff_ffff },
          scriptSig: new ByteWriter(16)
            .u8(3)
            .u16(height & 0xffff)
            .u8(height >> 16)
            .varBytes(prng.bytes(8))
            .finish(),
          sequence: 0xffff_ffff,
          witness: [reserved],
        },
      ],
      outputs: [
        { value: BigInt(SUBSIDY + fees), scriptPubKey: lockingScript("p2wpkh", prng) },
        { value: 0n, scriptPubKey: dataScript(commitment) },
      ],
      lockTime: 0,
    };
    return asPayment(transaction, [], ["p2wpkh"], { coinbase: true, flaw: null });
  }
}

/** A coin with at most this height: in a template, coins of the mempool have the height of the template. */
function atMost(coin: Coin, height: number): Coin {
  return coin.height <= height ? coin : { ...coin, height };
}

function mineHeader(
  previousBlock: Uint8Array,
  root: Uint8Array,
  time: number,
  height: number,
): Tip {
  for (let nonce = 0; ; nonce++) {
    const header = {
      version: 0x2000_0000,
      previousBlock,
      merkleRoot: root,
      time,
      bits: BITS,
      nonce,
    };
    const hash = blockHash(header);
    if (hash[31] === 0) return { header, hash, height };
  }
}
