import { MEMPOOL_HEIGHT } from "../../contract/utxocache.ts";
import type { RawEvent } from "../../event/event.ts";
import { eventJson, jsonLine } from "../../event/json.ts";
import { COIN_CHANGES, CoinChanges } from "../../model/coins/changes.ts";
import { ConnectedCoins } from "../../model/coins/connected-coins.ts";
import { History } from "../../model/history.ts";
import { counted } from "../../text/counted.ts";
import { fieldText, groupedField, outpointText } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import { groupedText } from "../../text/format.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { table } from "../../text/table.ts";

/** A line for each coin that is added to, spent from or dropped from a cache; totals at the end. */
export class Utxos implements LineTool {
  readonly #style: LineStyle;
  readonly #totals = new CoinChanges(new History(0));

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    this.#totals.take(event);
    return `${this.#style.json ? eventJson(event) : coinText(event, this.#style.paint)}\n`;
  }

  end(): string {
    return this.#style.json
      ? totalsJson(this.#totals)
      : totalsText(this.#totals, this.#style.paint);
  }
}

/** Only the coins that connecting blocks changed: each block's coins, then a line for the block. */
export class ConnectedUtxos implements LineTool {
  readonly #style: LineStyle;
  readonly #totals = new CoinChanges(new History(0));
  readonly #connected = new ConnectedCoins();
  readonly #isWanted: (coin: RawEvent) => boolean;

  /** @param isWanted whether to show and add up a coin of a block */
  constructor(style: LineStyle, isWanted: (coin: RawEvent) => boolean = () => true) {
    this.#style = style;
    this.#isWanted = isWanted;
  }

  print(event: RawEvent): string {
    if (event.tracepoint !== "validation:block_connected") {
      this.#connected.take(event);
      return "";
    }
    const { coins: all, missing } = this.#connected.connect(event);
    const coins = all.filter(this.#isWanted);
    for (const coin of coins) this.#totals.take(coin);
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
    return this.#style.json
      ? totalsJson(this.#totals)
      : totalsText(this.#totals, this.#style.paint);
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
  const flaw = missing === 0 ? "" : `  ${paint("problem", `${missing} spent coins are missing`)}`;
  return `${paint("faint", clockTime(event.time))}  ${paint("name", "block   ")}  ${field("height")} ${field("hash")}: ${counts}${flaw}`;
}

function ofBlock(coin: RawEvent, { hash, height }: RawEvent): RawEvent {
  return { ...coin, block_hash: hash, block_height: height } as RawEvent;
}

const TOTAL_NAMES = { add: "added", spent: "spent", uncache: "uncached" } as const;

/** A table for people. */
function totalsText({ totals }: CoinChanges, paint: Paint): string {
  const rows = COIN_CHANGES.map((change) => [
    TOTAL_NAMES[change],
    groupedText(totals[change].column.total),
    groupedText(totals[change].value.value),
  ]);
  return `\n${table(["COINS", "COUNT", "VALUE sat"], rows, { paint })}`;
}

/** One JSON object. Values are strings of digits, because numbers would be rounded. */
function totalsJson({ totals }: CoinChanges): string {
  const values = COIN_CHANGES.flatMap((change) => [
    [TOTAL_NAMES[change], totals[change].column.total],
    [`${TOTAL_NAMES[change]}_value`, String(totals[change].value.value)],
  ]);
  return jsonLine("corelens:coins", Object.fromEntries(values));
}
