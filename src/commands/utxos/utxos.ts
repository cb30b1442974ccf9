import { MEMPOOL_HEIGHT } from "../../contract/utxocache.ts";
import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { counted } from "../../text/counted.ts";
import { fieldText, groupedField, outpointText } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { CoinTotals } from "./coin-totals.ts";
import { ConnectedCoins } from "./connected-coins.ts";

export const COIN_TRACEPOINTS = ["utxocache:add", "utxocache:spent", "utxocache:uncache"] as const;

/** A line for each coin that is added to a cache, spent from one or dropped from the node's; totals at the end. */
export class Utxos implements LineTool {
  readonly #style: LineStyle;
  readonly #totals = new CoinTotals();

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    this.#totals.add(event);
    return `${this.#style.json ? eventJson(event) : coinText(event, this.#style.paint)}\n`;
  }

  end(): string {
    return this.#style.json ? this.#totals.json() : this.#totals.text(this.#style.paint);
  }
}

/** Of these, only what connecting blocks changed, each block's coins before a line for the block. */
export class ConnectedUtxos implements LineTool {
  readonly #style: LineStyle;
  readonly #totals = new CoinTotals();
  readonly #connected = new ConnectedCoins();
  readonly #isWanted: (coin: RawEvent) => boolean;

  /** @param isWanted the coins to show and add up, of those that belong to a block */
  constructor(style: LineStyle, isWanted: (coin: RawEvent) => boolean = () => true) {
    this.#style = style;
    this.#isWanted = isWanted;
  }

  print(event: RawEvent): string {
    if (event.tracepoint !== "validation:block_connected") {
      this.#connected.add(event);
      return "";
    }
    const { coins: all, missing } = this.#connected.connect(event);
    const coins = all.filter(this.#isWanted);
    for (const coin of coins) this.#totals.add(coin);
    const lines = this.#style.json
      ? [...coins.map((coin) => ofBlock(coin, event)), { ...event, missing_spent: missing }].map(
          eventJson,
        )
      : [
          ...coins.map((coin) => coinText(coin, this.#style.paint)),
          blockText(event, missing, this.#style.paint),
        ];
    return lines.map((line) => `${line}\n`).join("");
  }

  end(): string {
    return this.#style.json ? this.#totals.json() : this.#totals.text(this.#style.paint);
  }
}

const WHAT: Readonly<Record<string, readonly [word: string, look: Parameters<Paint>[0]]>> = {
  "utxocache:add": ["added", "ok"],
  "utxocache:spent": ["spent", "warning"],
  "utxocache:uncache": ["uncached", "faint"],
};

/** `12:53:01.703622  added     6ba9…e7c:1      10,000 sat  height 930001  coinbase` */
function coinText(event: RawEvent, paint: Paint): string {
  const [word, look] = WHAT[event.tracepoint]!;
  return [
    paint("faint", clockTime(event.time)),
    paint(look, word.padEnd(8)),
    outpointText(event).padEnd(OUTPOINT_WIDTH),
    `${groupedField(event, "value").padStart(19)}${paint("faint", " sat")}`,
    event.height === MEMPOOL_HEIGHT
      ? "mempool"
      : `${paint("faint", "height ")}${fieldText(event, "height")}`,
    ...(event.is_coinbase === true ? ["coinbase"] : []),
  ].join("  ");
}

/** A txid, a colon and up to four digits. */
const OUTPOINT_WIDTH = 69;

/** `12:53:01.703700  block     930001 000000…: 36 transactions, 80 inputs` */
function blockText(event: RawEvent, missing: number, paint: Paint): string {
  const field = (name: string): string => fieldText(event, name);
  const counts = `${counted(Number(event.transactions), "transaction")}, ${counted(Number(event.inputs), "input")}`;
  const flaw = missing === 0 ? "" : `  ${paint("problem", `${missing} spent coins were not seen`)}`;
  return `${paint("faint", clockTime(event.time))}  ${paint("name", "block   ")}  ${field("height")} ${field("hash")}: ${counts}${flaw}`;
}

function ofBlock(coin: RawEvent, { hash, height }: RawEvent): RawEvent {
  return { ...coin, block_hash: hash, block_height: height } as RawEvent;
}
