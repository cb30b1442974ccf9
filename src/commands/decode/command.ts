import { Command } from "commander";
import { type DecodedMessage, decodeMessage } from "../../bitcoin/decode/message.ts";
import { readFrame } from "../../bitcoin/message-frame.ts";
import { isMessageType, MESSAGE_TYPES } from "../../bitcoin/message-types.ts";
import { CorelensError } from "../../errors.ts";
import { jsonDocument } from "../../event/json.ts";
import { MAX_PAYLOAD } from "../../recording/message-capture.ts";
import { Output } from "../../terminal/output.ts";
import { printNote } from "../../terminal/print-note.ts";
import { jsonOption } from "../../terminal/reader-options.ts";
import { counted } from "../../text/counted.ts";
import { painter } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { valueLines } from "../../text/value-lines.ts";
import { nearest, suggestion } from "../../util/nearest.ts";

/** Enough for the largest message in hex digits with line feeds. */
const MAX_INPUT = 4 * MAX_PAYLOAD;
const INCOMPLETE = 1;

export const command = new Command("decode")
  .argument("<type>", "the message's type: tx, block, inv, version")
  .argument("[hex]", "the payload, or the message with its header; - for standard input", "-")
  .addOption(jsonOption)
  .addHelpText(
    "after",
    `
Standard input holds hex digits or raw bytes. Needs no privileges and no node.
If the message is incomplete, prints the readable part and exits with 1.

Types: ${MESSAGE_TYPES.join(", ")}

Examples:
  $ bitcoin-cli getrawtransaction TXID | corelens decode tx
  $ bitcoin-cli getblock HASH 0 | corelens decode block --json | jq '.transactions | length'
`.replace(/^(Types: )(.*)$/m, (_, head: string, types: string) => wrapped(head, types)),
  )
  .action(async (type: string, hex: string, { json }: { readonly json?: boolean }) => {
    checkType(type);
    const output = new Output();
    const { payload, size, flaws } = unwrapped(
      type,
      hex === "-" ? await readInput() : bytesOf(hex),
    );
    const message = decodeMessage(type, payload, size);
    const paint = painter(!json && output.hasColour);
    const text = json ? jsonDocument({ ...message }) : `${valueLines(message, paint).join("\n")}\n`;
    await output.write(text);
    const all = [...flaws, ...flawsOf(message)];
    for (const flaw of all) printNote(`${printable(flaw)}\n`);
    if (all.length > 0) process.exitCode = INCOMPLETE;
  });

function wrapped(head: string, types: string): string {
  const words = types.split(" ");
  const lines = [head];
  for (const word of words) {
    if (lines.at(-1)!.length + word.length > 80) lines.push("  ");
    lines.push(`${lines.pop()}${word} `);
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** @throws CorelensError USAGE */
function checkType(type: string): void {
  if (isMessageType(type)) return;
  const cure = suggestion(nearest(type, MESSAGE_TYPES), "`corelens decode --help` names all types");
  throw new CorelensError("USAGE", `unknown message type ${type}`, cure);
}

interface Unwrapped {
  readonly payload: Buffer;
  /** The full size of the payload in bytes; `payload` may be shorter. */
  readonly size: number;
  readonly flaws: readonly string[];
}

/**
 * The payload of a message that may have its header.
 * @throws CorelensError USAGE if the header has another type
 */
function unwrapped(type: string, bytes: Buffer): Unwrapped {
  const frame = readFrame(bytes);
  if (frame === null) return { payload: bytes, size: bytes.length, flaws: [] };
  if (frame.type !== type) {
    throw new CorelensError(
      "USAGE",
      `the type in the message's header is ${frame.type}`,
      `corelens decode ${frame.type}`,
    );
  }
  const { payload, size, trailing, isChecksumRight } = frame;
  const isComplete = payload.length === size;
  return {
    payload,
    size,
    flaws: [
      ...(isComplete && !isChecksumRight ? ["the checksum in the message's header is wrong"] : []),
      ...(trailing > 0 ? [`${counted(trailing, "byte")} after the message ignored`] : []),
    ],
  };
}

function flawsOf({ incomplete, ...message }: DecodedMessage): string[] {
  const trailing = "trailing" in message ? message.trailing : undefined;
  return [
    ...(incomplete
      ? [`incomplete: ${incomplete.field} is ${incomplete.reason}, at byte ${incomplete.offset}`]
      : []),
    ...(trailing === undefined ? [] : [`${counted(trailing, "byte")} after the last field`]),
  ];
}

/**
 * Parses hex digits; white space between them is ignored.
 * @throws CorelensError USAGE
 */
function bytesOf(text: string): Buffer {
  const digits = text.replace(/\s+/g, "");
  const wrong = digits.search(/[^0-9a-f]/i);
  if (wrong >= 0) {
    const message = `character ${wrong + 1} of the message is not a hex digit`;
    throw new CorelensError("USAGE", message, "pipe raw bytes into standard input");
  }
  if (digits.length % 2 === 1) {
    const message = `the message has ${digits.length} hex digits, an odd number`;
    throw new CorelensError("USAGE", message, "check whether a digit is missing");
  }
  return Buffer.from(digits, "hex");
}

/** @throws CorelensError USAGE, FILE_UNREADABLE */
async function readInput(): Promise<Buffer> {
  if (process.stdin.isTTY) printNote("reading standard input; Ctrl-D ends it\n");
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of process.stdin) {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= MAX_INPUT) continue;
      throw new CorelensError(
        "USAGE",
        `the input exceeds ${MAX_INPUT} bytes, the limit for one message`,
        "pass a single message",
      );
    }
  } catch (cause) {
    if (cause instanceof CorelensError) throw cause;
    const message = `standard input cannot be read: ${(cause as Error).message}`;
    throw new CorelensError("FILE_UNREADABLE", message, undefined, { cause });
  }
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("latin1");
  return /^[\s0-9a-f]*$/i.test(text) ? bytesOf(text) : bytes;
}
