import { Chain, START_HEIGHT } from "./chain.ts";
import { CoinPool } from "./coin-pool.ts";
import { CoinsCache, FLUSH } from "./coins-cache.ts";
import { Economy } from "./economy.ts";
import { Mempool } from "./mempool.ts";
import { type SimulatedEvent, type SimulationOptions, World } from "./world.ts";

/** What is connected before the reindex begins again. */
const BLOCKS = 20;
const PAYMENTS = 400;

/**
 * A node that reindexes: block after block from disk, as fast as it can, nothing else. It is the load to measure a
 * tracer with: some 2000 coin events a block. The blocks are real and made only once; after the last one the reindex
 * begins again with the same blocks and the UTXO set of the beginning. Never ends.
 */
export function* simulateReindex(
  options: SimulationOptions,
): Generator<SimulatedEvent, never, void> {
  const world = new World(options);
  const events = reindex(world);
  const length = world.schedule.now;
  for (let start = 0; ; start += length) {
    for (const { at, tracepoint, args } of events) yield { at: start + at, tracepoint, args };
  }
}

function reindex(world: World): readonly SimulatedEvent[] {
  const pool = new CoinPool(world.prng);
  const cache = new CoinsCache(world, START_HEIGHT);
  const chain = new Chain(world, cache, pool, START_HEIGHT);
  const economy = new Economy(world, pool, new Mempool(world, cache, pool));
  economy.seed(START_HEIGHT);
  for (let block = 0; block < BLOCKS; block++) {
    chain.connect(chain.mine(chain.tip, economy.confirmedPayments(PAYMENTS)));
  }
  cache.flush(FLUSH.always, chain.tip.height);
  return world.take();
}
