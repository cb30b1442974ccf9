import { Chain, START_HEIGHT } from "./chain.ts";
import { CoinPool } from "./coin-pool.ts";
import { CoinsCache, FLUSH } from "./coins-cache.ts";
import { Economy } from "./economy.ts";
import { Mempool } from "./mempool.ts";
import { type SimulatedEvent, type SimulationOptions, World } from "./world.ts";

/** Numbers of blocks, and of payments in each, before the reindex repeats. */
const BLOCKS = 20;
const PAYMENTS = 400;

/**
 * Simulates a node that reindexes: it connects blocks from disk at full speed and does nothing else. Benchmarks of
 * tracers use it as load: about 2000 coin events per block. The blocks are valid and made only once. After the last one
 * the reindex repeats with the same blocks and the initial UTXO set. It never ends.
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
