import { resolve } from "node:path";
import { Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { MESSAGE_FIELDS, MESSAGE_TRACEPOINTS } from "../../event/message.ts";
import type { EventSource } from "../../event/source.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { MessageFiles, messageFiles } from "./message-files.ts";
import { P2pMessages } from "./p2p-messages.ts";

interface MessagesOptions extends ToolOptions {
  readonly decode?: boolean;
  readonly capture?: string;
}

export const command = toolCommand("p2p-messages", {
  notes: [
    "Incomplete messages are marked, with their captured and full sizes. Many blocks at once need a larger ring buffer: --ring 256M.",
    "--from also reads the files of bitcoind's -capturemessages: one file, the directory of a peer, or the directory of all peers. A recording contains payloads if it was made with --payload. With --capture, messages are appended to existing files; the files belong to the user who called sudo, otherwise to the user nobody.",
  ],
  examples: [
    `sudo corelens p2p-messages --where 'msg_type == "version"' --decode`,
    "corelens p2p-messages --from ~/.bitcoin/message_capture --decode",
  ],
})
  .option("--decode", "print decoded payloads, as JSON (docs/p2p-messages.md)")
  .addOption(
    new Option(
      "--capture <directory>",
      "write the files of bitcoind's -capturemessages, print no lines",
    ).conflicts("decode"),
  )
  .action(
    withTarget(async (options: MessagesOptions) => {
      const style = lineStyle(options);
      const directory = options.capture ? resolve(options.capture) : null;
      const opened = directory ? await messageFiles(directory) : undefined;
      const files = opened ? new MessageFiles(directory!, opened.open, style) : null;
      const tool = files ?? new P2pMessages(style, options.decode);
      const needs = { tracepoints: MESSAGE_TRACEPOINTS, fields: [...MESSAGE_FIELDS, "payload"] };
      await runTool(
        options,
        needs,
        async (source) => {
          if (options.from) checkPayloads(source, options.from);
          await files?.prepare();
          return showLines(source, tool, options);
        },
        opened,
      );
    }),
  );

/** @throws CorelensError FIELD_UNKNOWN if the recording has no payloads */
function checkPayloads({ kinds }: EventSource, recording: string): void {
  if (kinds.some(({ fields }) => fields.some(({ name }) => name === "payload"))) return;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${recording} has no payloads`,
    "record with --payload all; `corelens p2p-traffic` shows messages without payloads",
  );
}
