import { InvalidArgumentError } from "commander";
import { CorelensError } from "../../errors.ts";
import { Output } from "../../terminal/output.ts";
import { parseCount } from "../../terminal/parse-option.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { painter } from "../../text/paint.ts";
import { type BlockChoice, TIMELINE_JSON, Timeline, timelineText } from "./timeline.ts";

interface TimelineOptions extends ToolOptions {
  readonly last?: number;
  readonly summary?: boolean;
  readonly coins: boolean;
}

const TRACEPOINTS = [
  "net:inbound_message",
  "net:outbound_message",
  "validation:block_connected",
  "utxocache:flush",
  "mempool:removed",
  "mempool:added",
  "mempool:rejected",
];
const COINS = ["utxocache:add", "utxocache:spent"];
/** Traced bytes of a payload: enough for 50 headers or 113 inventory entries. */
const MAX_PAYLOAD = 4096;

export const command = toolCommand("timeline", {
  takesTarget: false,
  options: [],
  notes: [
    "A block is printed two seconds after its connection. A recording for this tool needs payloads: corelens record FILE --payload 4k. docs/blocks.md explains the steps.",
  ],
  examples: [
    "sudo corelens timeline --summary --duration 24h --no-coins",
    "corelens timeline --from node.corelens --last 3",
  ],
})
  .argument("[block]", "only this block, by hash or height", parseBlock)
  .option("--last <n>", "only the last n blocks, at the end", parseCount)
  .option("--summary", "print at the end the first announcers and the duration of each step")
  .option("--no-coins", "do not trace coins: about 10,000 events per block")
  .action(async (block: BlockChoice | undefined, options: TimelineOptions) => {
    const choice = choiceOf(block, options);
    const tracepoints = options.coins ? [...TRACEPOINTS, ...COINS] : TRACEPOINTS;
    const needs = {
      tracepoints,
      fields: ["*"],
      maxPayload: MAX_PAYLOAD,
    };
    await runTool(options, needs, (source) => {
      const format = options.json ? TIMELINE_JSON : timelineText(painter(new Output().hasColour));
      return showLines(source, new Timeline(source, tracepoints, choice, format), options);
    });
  });

function choiceOf(block: BlockChoice | undefined, { last, summary }: TimelineOptions): BlockChoice {
  const choices: BlockChoice[] = [
    ...(block ? [block] : []),
    ...(last === undefined ? [] : [{ kind: "last", count: last } as const]),
    ...(summary ? [{ kind: "summary" } as const] : []),
  ];
  if (choices.length <= 1) return choices[0] ?? { kind: "all" };
  throw new CorelensError("USAGE", "a block, --last and --summary cannot be combined", "give one");
}

function parseBlock(text: string): BlockChoice {
  if (/^[0-9a-f]{64}$/i.test(text)) return { kind: "hash", hash: text.toLowerCase() };
  if (/^\d{1,9}$/.test(text)) return { kind: "height", height: Number(text) };
  throw new InvalidArgumentError("A block is its hash of 64 hex digits, or its height.");
}
