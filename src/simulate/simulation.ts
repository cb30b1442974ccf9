/**
 * Simulates the events of a Bitcoin Core node's tracepoints, without a node, a kernel or a clock:
 *
 *     Economy ──payments──► TransactionRelay ──► Mempool ──► Miner ──blocks──► BlockRelay ──► Chain ──► CoinsCache
 *        ▲                        │  ▲                                            │                        │
 *     CoinPool ◄── Wallet ────────┘  └────── Connections, Population ─────────────┘                     new coins
 *        ▲                                                                                                 │
 *        └─────────────────────────────────────────────────────────────────────────────────────────────────┘
 *
 * All actions are tasks of one schedule and use one random number generator, so the seed determines every byte.
 * Messages are serialised and hashed for real. Each spent coin was created earlier in the simulation, or belongs to the
 * chain before it. Signatures are random bytes, and blocks have little proof of work.
 *
 * The simulation never ends. Its mempool and its set of coins are bounded.
 */
import { AddressGossip } from "./address-gossip.ts";
import { BlockRelay } from "./block-relay.ts";
import { Chain, type MinedBlock, START_HEIGHT } from "./chain.ts";
import { CoinPool } from "./coin-pool.ts";
import { CoinsCache, FLUSH } from "./coins-cache.ts";
import { Connections, INBOUND_SLOTS } from "./connections.ts";
import { Economy } from "./economy.ts";
import { Handshake } from "./handshake.ts";
import { Mempool, NO_PEER } from "./mempool.ts";
import { type Fork, Miner } from "./miner.ts";
import { PACE } from "./pace.ts";
import type { Payment } from "./payment.ts";
import type { Peer } from "./peer.ts";
import { Population } from "./population.ts";
import { TransactionRelay } from "./transaction-relay.ts";
import { Wallet } from "./wallet.ts";
import { type SimulatedEvent, type SimulationOptions, World } from "./world.ts";

const WALLETS = ["", "savings", "hot-wallet"];
/** In sat/vB. */
const WALLET_FEE_RATE = 8;
const PRIVATE_BROADCAST_SINCE = 31;
const PRIVATE_BROADCAST_CHANCE = 0.4;
/** Time in ms until the next attempt, if a fork cannot replace the tip. */
const FORK_RETRY = 10_000;
/** Time between the two blocks of a fork, in ms. */
const FORK_GAP = { min: 2000, max: 8000 } as const;
const FAMILY_CHANCE = 0.04;
/** Durations of mishaps, in ms. */
const SLOW_BLOCK = { min: 1500, max: 4000 } as const;
const STALLED_FLUSH = { min: 6000, max: 12_000 } as const;

/** All events from the start, in order of time, without an end. Equal options give equal events. */
export function* simulate(options: SimulationOptions): Generator<SimulatedEvent, never, void> {
  const world = new World(options);
  new Simulation(world, options).start();
  for (;;) {
    world.schedule.runNext();
    yield* world.take();
  }
}

class Simulation {
  readonly #world: World;
  readonly #cache: CoinsCache;
  readonly #chain: Chain;
  readonly #mempool: Mempool;
  readonly #economy: Economy;
  readonly #miner: Miner;
  readonly #wallets: readonly Wallet[];
  readonly #transactions: TransactionRelay;
  readonly #blocks: BlockRelay;
  readonly #population: Population;
  /** Coins per second. */
  readonly #templateCoins: number;

  constructor(world: World, { inboundSlots = INBOUND_SLOTS, templateCoins }: SimulationOptions) {
    const pool = new CoinPool(world.prng);
    const connections = new Connections(world, inboundSlots);
    this.#world = world;
    this.#templateCoins = templateCoins ?? 0;
    this.#cache = new CoinsCache(world, START_HEIGHT);
    this.#chain = new Chain(world, this.#cache, pool, START_HEIGHT);
    this.#mempool = new Mempool(world, this.#cache, pool);
    this.#economy = new Economy(world, pool, this.#mempool);
    this.#economy.seed(START_HEIGHT);
    this.#miner = new Miner(world, this.#chain, this.#mempool, this.#economy);
    this.#wallets = WALLETS.map((name) => new Wallet(world, pool, name));
    this.#transactions = new TransactionRelay(world, connections, this.#mempool);
    this.#blocks = new BlockRelay(world, connections);
    this.#population = new Population(world, connections, this.#chain, {
      handshake: new Handshake(world, this.#chain),
      gossip: new AddressGossip(world, connections),
      transactions: this.#transactions,
      blocks: this.#blocks,
    });
  }

  start(): void {
    const world = this.#world;
    this.#population.start();
    world.recurring(PACE.payment, () => this.#pay());
    world.recurring(PACE.replacement, () => this.#publish(this.#economy.replacement()));
    world.recurring(PACE.flawedPayment, () => this.#publish(this.#economy.flawedPayment()));
    world.recurring(PACE.flood, () => this.#flood(world.schedule.now + PACE.floodLength));
    world.recurring(PACE.walletPayment, () => this.#payFromWallet());
    world.recurring(PACE.periodicFlush, () => this.#flush(FLUSH.periodic));
    world.recurring(PACE.pruneFlush, () => this.#flush(FLUSH.none, true));
    world.mishap(PACE.slowBlock, () => this.#chain.delayNext(mishapMs(world, SLOW_BLOCK)));
    world.mishap(PACE.stalledFlush, () => this.#cache.delayNext(mishapMs(world, STALLED_FLUSH)));
    if (this.#templateCoins > 0) this.#makeTemplates();
    this.#nextBlock(PACE.blockMin);
    this.#nextFork(world.prng.exponential(PACE.reorganisation));
  }

  #publish(payment: Payment | null): void {
    if (payment !== null) this.#transactions.publish(payment);
  }

  #pay(): void {
    const family = this.#world.prng.chance(FAMILY_CHANCE) ? this.#economy.family() : null;
    if (family === null) {
      this.#publish(this.#economy.payment());
      return;
    }
    const [parent, child] = family;
    this.#publish(child);
    this.#world.schedule.after(PACE.inboundTrickle, () => this.#publish(parent));
  }

  #flood(end: number): void {
    if (this.#world.schedule.now >= end) return;
    this.#publish(this.#economy.cheapPayment());
    this.#world.schedule.after(this.#world.prng.exponential(PACE.floodedPayment), () =>
      this.#flood(end),
    );
  }

  #payFromWallet(): void {
    const { prng, release } = this.#world;
    const payment = prng.pick(this.#wallets).send(WALLET_FEE_RATE);
    if (payment === null) return;
    if (release >= PRIVATE_BROADCAST_SINCE && prng.chance(PRIVATE_BROADCAST_CHANCE)) {
      this.#population.broadcastPrivately(payment, () => this.#publish(payment));
      return;
    }
    this.#mempool.offer(payment, NO_PEER);
    if (payment.status === "mempool") this.#transactions.publishOwn(payment);
  }

  #nextBlock(wait: number): void {
    const { prng, schedule } = this.#world;
    schedule.after(wait, () => {
      const mined = this.#miner.block();
      this.#blocks.arrive(mined, (peer) => this.#connect(mined, peer));
      this.#nextBlock(PACE.blockMin + prng.exponential(PACE.blockExtra));
    });
  }

  /** Makes templates one after the other. The number of coins in each determines the time until the next. */
  #makeTemplates(): void {
    const coins = this.#chain.checkTemplate(this.#miner.template());
    this.#world.schedule.after((coins / this.#templateCoins) * 1000, () => this.#makeTemplates());
  }

  /** Connects a block, unless its parent is not the tip. */
  #connect(mined: MinedBlock, peer: Peer): void {
    if (!isSame(mined.block.header.previousBlock, this.#chain.tip.hash)) return;
    this.#blocks.announceEarly(mined);
    this.#chain.connect(mined);
    this.#mempool.removeForBlock(mined.payments);
    this.#blocks.selectHighBandwidth(peer);
    this.#blocks.announce(mined);
  }

  /** Two blocks of a fork arrive, one after the other. Only both together have more work than the tip. */
  #nextFork(wait: number): void {
    const { prng, schedule } = this.#world;
    schedule.after(wait, () => {
      const fork = this.#miner.fork();
      if (fork === null) return this.#nextFork(FORK_RETRY);
      this.#blocks.arrive(fork.branch[0], () => {
        schedule.after(prng.between(FORK_GAP.min, FORK_GAP.max), () => {
          this.#blocks.arrive(fork.branch[1], () => this.#reorganise(fork));
        });
      });
      this.#nextFork(prng.exponential(PACE.reorganisation));
    });
  }

  /**
   * Replaces the tip by the fork. Transactions of the replaced block that the fork lacks return to the mempool. If one
   * cannot return, its descendants are removed.
   */
  #reorganise({ stale, branch }: Fork): void {
    if (this.#chain.tipBlock !== stale) return;
    this.#chain.disconnect(stale);
    for (const mined of branch) {
      this.#chain.connect(mined);
      this.#mempool.removeForBlock(mined.payments);
    }
    for (const payment of stale.payments.slice(1)) {
      if (payment.status === "block") continue;
      this.#mempool.offer(payment, NO_PEER, true);
      if (this.#mempool.has(payment)) continue;
      for (const { spender } of payment.creates) {
        if (spender !== null) this.#mempool.removeWithDescendants(spender, "reorg");
      }
    }
    this.#blocks.announce(branch[1]);
  }

  #flush(mode: number, forPrune = false): void {
    this.#cache.flush(mode, this.#chain.tip.height, forPrune);
  }
}

function mishapMs({ fate }: World, { min, max }: { readonly min: number; readonly max: number }) {
  return fate.between(min, max);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
