import { InvalidArgumentError } from "commander";
import type { KeptBlockChoice } from "../../store/read-blocks.ts";
import { type LifeOptions, lifeCommand, showLife } from "../../terminal/life-command.ts";

export const command = lifeCommand("block", {
  argument: "<block>",
  means: "the block's height, its hash, or the first digits of its hash: 8 or more",
  parse: parseBlock,
  notes: [
    "Of a height, shows all blocks, also those that a reorganisation replaced. docs/blocks.md explains the steps. `corelens timeline` shows blocks while they come.",
  ],
  examples: [
    "corelens block 930021",
    "corelens block 000000000000000000014b7f --json",
    "corelens block 930021 --from node.corelens",
  ],
}).action(async (choice: KeptBlockChoice, options: LifeOptions) => {
  await showLife(options, async () => {
    const { blockRows, readBlocks } = await import("../../store/read-blocks.ts");
    const { keptBlockLines, keptBlocksJson } = await import("./kept-block-text.ts");
    return {
      wanted: blockRows(choice),
      read: (reader) => readBlocks(reader, choice),
      lines: keptBlockLines,
      json: keptBlocksJson,
    };
  });
});

/** The hashes of most chains begin with zeros; a height does not. */
function parseBlock(text: string): KeptBlockChoice {
  if (/^(0|[1-9]\d{0,8})$/.test(text)) return { height: Number(text) };
  if (/^[0-9a-f]{8,64}$/i.test(text)) return { hash: text.toLowerCase() };
  throw new InvalidArgumentError(
    "A block is its height, its hash of 64 hex digits, or the hash's first 8 or more.",
  );
}
