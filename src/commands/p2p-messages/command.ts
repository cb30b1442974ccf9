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

export const command = toolCommand("p2p-messages")
  .option("--decode", "show what they say, as JSON (docs/p2p-messages.md)")
  .addOption(
    new Option(
      "--capture <directory>",
      "write what bitcoind's -capturemessages would, and no lines",
    ).conflicts("decode"),
  )
  .addHelpText(
    "after",
    `
A message that is not there as a whole says so, with both lengths. Many blocks at once need a larger ring: --ring 256M.
Recordings have payloads when they were made with --payload. --from also reads
what bitcoind's -capturemessages wrote: a file, the directory of a peer, or that of all peers. Files belong to the user who called sudo, else to
nobody, and are added to when they are there.

Examples:
  $ sudo corelens p2p-messages --where 'msg_type == "tx"'
  $ sudo corelens p2p-messages --where 'msg_type == "version"' --decode
  $ sudo corelens p2p-messages --json --decode | jq -r 'select(.msg_type == "inv") | .message.items[].hash'
  $ corelens p2p-messages --from messages.corelens --capture captured
  $ corelens p2p-messages --from ~/.bitcoin/message_capture --decode
  $ contrib/message-capture/message-capture-parser.py captured/*/*.dat
`,
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

/** @throws CorelensError FIELD_UNKNOWN when a recording has none */
function checkPayloads({ kinds }: EventSource, recording: string): void {
  if (kinds.some(({ fields }) => fields.some(({ name }) => name === "payload"))) return;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${recording} has no payloads`,
    "record them with --payload all; `corelens p2p-traffic` shows messages without",
  );
}
