import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { counted } from "../counted.ts";
import { CorelensError } from "../errors.ts";
import type { LineStyle, LineTool } from "../tools/line-tool.ts";
import { capturedMessage, capturePath } from "../tools/message-capture.ts";
import { lackText } from "../tools/p2p-messages.ts";
import type { RawEvent } from "../tracer/decoder.ts";

/** Writes messages into files, and in the end says how many. What is not there as a whole is left out. */
export class MessageFiles implements LineTool {
  readonly #directory: string;
  readonly #style: LineStyle;
  readonly #pending = new Map<string, Buffer[]>();
  #messages = 0;
  #incomplete = 0;

  constructor(directory: string, style: LineStyle) {
    this.#directory = directory;
    this.#style = style;
  }

  print(event: RawEvent): string {
    if (lackText(event) !== null) {
      this.#incomplete++;
      return "";
    }
    const path = capturePath(event);
    const pending = this.#pending.get(path) ?? [];
    pending.push(capturedMessage(event));
    this.#pending.set(path, pending);
    this.#messages++;
    return "";
  }

  /** @throws CorelensError FILE_UNWRITABLE */
  async settle(): Promise<void> {
    for (const [path, messages] of this.#pending) {
      await append(join(this.#directory, path), Buffer.concat(messages));
    }
    this.#pending.clear();
  }

  end(): string {
    const [messages, incomplete] = [this.#messages, this.#incomplete];
    if (this.#style.json) {
      const line = { tracepoint: "corelens:captured", messages, incomplete };
      return `${JSON.stringify(line)}\n`;
    }
    const lacking = incomplete === 0 ? "" : `; ${incomplete} incomplete ones were left out`;
    return `${counted(messages, "message")} written below ${this.#directory}${lacking}\n`;
  }
}

/** The directory of all is made as well, but not what it lies in. */
async function append(path: string, bytes: Buffer): Promise<void> {
  try {
    await makeDirectory(dirname(dirname(path)));
    await makeDirectory(dirname(path));
    await appendFile(path, bytes);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CorelensError("FILE_UNWRITABLE", `${path}: ${message}`, undefined, { cause });
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}
