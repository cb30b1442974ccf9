import type { RawEvent } from "../../event/event.ts";
import { groupedText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { table } from "../../text/table.ts";

interface CoinTotal {
  coins: number;
  /** In sat. Summed over years of blocks it is more than a number holds exactly. */
  value: bigint;
}

/** Coins and their value, by what happened to them. */
export class CoinTotals {
  readonly #added = emptyTotal();
  readonly #spent = emptyTotal();
  readonly #uncached = emptyTotal();

  add(event: RawEvent): void {
    const total = this.#totalOf(event);
    total.coins++;
    if (typeof event.value === "number" || typeof event.value === "bigint") {
      total.value += BigInt(event.value);
    }
  }

  /** A table for people. */
  text(paint: Paint): string {
    const rows = this.#entries().map(([what, { coins, value }]) => [
      what,
      groupedText(coins),
      groupedText(value),
    ]);
    return `\n${table(["COINS", "COUNT", "VALUE sat"], rows, { paint })}`;
  }

  /** One object for programs; values are strings, since a number would round them. */
  json(): string {
    const totals = this.#entries().flatMap(([what, { coins, value }]) => [
      [what, coins],
      [`${what}_value`, String(value)],
    ]);
    return `${JSON.stringify({ tracepoint: "corelens:coins", ...Object.fromEntries(totals) })}\n`;
  }

  #totalOf({ tracepoint }: RawEvent): CoinTotal {
    if (tracepoint === "utxocache:add") return this.#added;
    return tracepoint === "utxocache:spent" ? this.#spent : this.#uncached;
  }

  #entries(): (readonly [string, CoinTotal])[] {
    return [
      ["added", this.#added],
      ["spent", this.#spent],
      ["uncached", this.#uncached],
    ];
  }
}

function emptyTotal(): CoinTotal {
  return { coins: 0, value: 0n };
}
