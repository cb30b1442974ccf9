import { dirname, join } from "node:path";
import { CorelensError } from "../../errors.ts";
import type { RawEvent } from "../../event/event.ts";
import { jsonLine } from "../../event/json.ts";
import { capturedMessage, capturePath, isCapturePath } from "../../recording/message-capture.ts";
import { outputGone } from "../../recording/recording-file.ts";
import { type CommandFiles, commandFiles, type OpenFile } from "../../terminal/command-files.ts";
import { counted } from "../../text/counted.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { missingText } from "./p2p-messages.ts";

/** Opens files of messages below a directory. */
export function messageFiles(directory: string): Promise<CommandFiles> {
  return commandFiles((outputs) => (name) => {
    if (name === null) return outputs.directory(directory);
    const path = join(directory, name);
    if (!isCapturePath(name)) {
      throw new CorelensError("FILE_UNWRITABLE", `${path} is not a path for a peer's messages`);
    }
    outputs.makeDirectory(dirname(path));
    return outputs.append(path);
  });
}

/** Writes complete messages to files, omits incomplete ones, and prints both numbers at the end. */
export class MessageFiles implements LineTool {
  readonly #directory: string;
  readonly #open: OpenFile;
  readonly #style: LineStyle;
  readonly #pending = new Map<string, Buffer[]>();
  #messages = 0;
  #incomplete = 0;

  /**
   * @param directory the directory of the files
   * @param open opens a file by its path below the directory
   */
  constructor(directory: string, open: OpenFile, style: LineStyle) {
    this.#directory = directory;
    this.#open = open;
    this.#style = style;
  }

  /**
   * Creates the directory, so that an unwritable place fails before the first message.
   * @throws CorelensError FILE_UNWRITABLE
   */
  async prepare(): Promise<void> {
    await (await this.#open()).close();
  }

  print(event: RawEvent): string {
    if (missingText(event) !== null) {
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

  /** @throws CorelensError FILE_UNWRITABLE, OUTPUT_GONE */
  async settle(): Promise<void> {
    for (const [path, messages] of this.#pending) {
      const file = await this.#open(path);
      try {
        await file.write(Buffer.concat(messages));
      } catch (error) {
        throw outputGone(file.path, error);
      } finally {
        await file.close();
      }
    }
    this.#pending.clear();
  }

  end(): string {
    const [messages, incomplete] = [this.#messages, this.#incomplete];
    if (this.#style.json) {
      return jsonLine("corelens:captured", { messages, incomplete });
    }
    const omitted =
      incomplete === 0 ? "" : `; ${counted(incomplete, "incomplete message")} omitted`;
    return `${counted(messages, "message")} written below ${this.#directory}${omitted}\n`;
  }
}
