import { access, appendFile, constants, mkdir } from "node:fs/promises";
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

  /**
   * Makes the directory, but not what it lies in: whether there can be files is known before the first message.
   * @throws CorelensError FILE_UNWRITABLE
   */
  async prepare(): Promise<void> {
    const directory = this.#directory;
    try {
      await makeDirectory(directory);
      await access(directory, constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw unwritable(directory, cause as Error);
    }
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
    const lacking = incomplete === 0 ? "" : `; ${counted(incomplete, "incomplete one")} left out`;
    return `${counted(messages, "message")} written below ${this.#directory}${lacking}\n`;
  }
}

async function append(path: string, bytes: Buffer): Promise<void> {
  try {
    await makeDirectory(dirname(path));
    await appendFile(path, bytes);
  } catch (cause) {
    throw unwritable(path, cause as Error);
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function unwritable(path: string, cause: Error): CorelensError {
  return new CorelensError("FILE_UNWRITABLE", `${path}: ${cause.message}`, undefined, { cause });
}
