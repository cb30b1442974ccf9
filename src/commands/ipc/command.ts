import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import { jsonDocument, jsonValue } from "../../event/json.ts";
import type { Connector } from "../../node/ipc/connector.ts";
import type { IpcConnection } from "../../node/ipc/ipc-connection.ts";
import { helpText } from "../../terminal/help-text.ts";
import {
  CALLBACKS_HELP,
  callbacksOption,
  selectCallbacks,
  socketOption,
  tellPrice,
} from "../../terminal/ipc-options.ts";
import { Output } from "../../terminal/output.ts";
import { printNote } from "../../terminal/print-note.ts";
import {
  countOption,
  durationOption,
  jsonLinesOption,
  jsonOption,
  targetOption,
} from "../../terminal/reader-options.ts";
import { showEvents } from "../../terminal/show-events.ts";
import type { ShowOptions } from "../../terminal/show-lines.ts";
import { addTarget, type TargetOptions, withTarget } from "../../terminal/target-argument.ts";
import { painter } from "../../text/paint.ts";
import { snakeNames } from "../../util/snake-names.ts";

interface SocketOptions extends TargetOptions {
  readonly socket?: string;
}

interface StatusOptions extends SocketOptions {
  readonly json?: boolean;
}

interface WatchOptions extends SocketOptions, ShowOptions {
  readonly callbacks?: string[] | true;
}

export const command = new Command("ipc")
  .helpCommand(false)
  .addCommand(status())
  .addCommand(watch())
  .addCommand(call())
  .addHelpText(
    "after",
    helpText({
      notes: [
        "A node has an IPC socket if it was started with -ipcbind=unix. corelens ipc COMMAND --help shows the options of a command. See docs/ipc.md.",
      ],
      examples: ["corelens ipc status", "corelens ipc call mining.getTip"],
    }),
  );

function status(): Command {
  return addTarget(new Command("status"))
    .description("Print the node's IPC interfaces and its state.")
    .addOption(socketOption)
    .addOption(jsonOption)
    .action(
      withTarget(async ({ json, ...named }: StatusOptions) => {
        const { readStatus } = await import("../../node/ipc/status.ts");
        const { statusLines } = await import("./ipc-status.ts");
        const output = new Output();
        await withConnection(named, async (ipc, path) => {
          const found = await readStatus(ipc);
          const text = json
            ? jsonDocument({ socket: path, ...(snakeNames(found) as object) })
            : `${statusLines(path, found, painter(output.hasColour)).join("\n")}\n`;
          await output.write(text);
        });
      }),
    );
}

function watch(): Command {
  return addTarget(new Command("watch"))
    .description("Print events of the node (docs/ipc.md).")
    .addOption(socketOption)
    .addOption(callbacksOption)
    .addOption(countOption)
    .addOption(durationOption)
    .addOption(jsonLinesOption)
    .addHelpText(
      "after",
      helpText({
        notes: [CALLBACKS_HELP],
        examples: [
          "corelens ipc watch --json",
          "corelens ipc watch --callbacks chain,utxo --duration 1m",
        ],
      }),
    )
    .action(
      withTarget(async ({ callbacks, ...options }: WatchOptions) => {
        const names = await selectCallbacks(callbacks);
        tellPrice(names);
        const { IpcSource } = await import("../../session/source/ipc-source.ts");
        const source = await IpcSource.open(await doorOf(options), { callbacks: names });
        const price = names.includes("utxo") ? setInterval(showPrice, PRICE_MS, source) : undefined;
        try {
          process.exitCode = await showEvents(source, options);
        } finally {
          clearInterval(price);
        }
      }),
    );
}

function call(): Command {
  return new Command("call")
    .description("Call one method of the node; without a name, list the methods.")
    .argument("[method]", "the name of the method: mining.getTip")
    .argument("[arguments...]", "its arguments")
    .addOption(targetOption)
    .addOption(socketOption)
    .addOption(jsonOption)
    .addHelpText(
      "after",
      helpText({
        examples: [
          "corelens ipc call mining.getTip",
          `corelens ipc call rpc.executeRpc '{"method":"getblockcount","id":1}'`,
        ],
      }),
    )
    .action(async (name: string | undefined, args: string[], { json, ...named }: StatusOptions) => {
      const { POLLS } = await import("../../node/ipc/polls.ts");
      const output = new Output();
      if (name === undefined) {
        if (json) {
          const methods = Object.entries(POLLS).map(([name, { parameters, summary }]) => ({
            name,
            parameters,
            summary,
          }));
          return output.write(jsonDocument({ methods }));
        }
        const lines = Object.entries(POLLS).map(([name, { parameters, summary }]) => {
          const form = [name, ...parameters.map((parameter) => `<${parameter}>`)].join(" ");
          return `${form.padEnd(40)} ${summary}\n`;
        });
        await output.write(lines.join(""));
        return;
      }
      const poll = POLLS[name];
      const required = poll?.parameters.filter((parameter) => !parameter.endsWith("?")) ?? [];
      if (!poll || args.length < required.length || args.length > poll.parameters.length) {
        throw new CorelensError(
          "USAGE",
          poll
            ? `${name} takes ${poll.parameters.join(", ") || "nothing"}`
            : `unknown method ${name}; \`corelens ipc call\` lists all methods`,
        );
      }
      await withConnection(named, async (ipc) => {
        const result = await poll.run(ipc, args);
        const text = json
          ? jsonDocument({ method: name, result })
          : `${JSON.stringify(result, jsonValue, 2)}\n`;
        await output.write(text);
      });
    });
}

async function withConnection(
  named: SocketOptions,
  use: (ipc: IpcConnection, path: string) => Promise<void>,
): Promise<void> {
  const { IpcConnection } = await import("../../node/ipc/ipc-connection.ts");
  const ipc = await IpcConnection.open(await doorOf(named));
  try {
    await use(ipc, ipc.path);
  } finally {
    ipc.close();
  }
}

/** @throws CorelensError USAGE */
async function doorOf({ socket, target }: SocketOptions): Promise<Connector> {
  if (socket !== undefined && target !== undefined) {
    throw new CorelensError("USAGE", "--socket and a target both name a node", "name one");
  }
  const { directConnector } = await import("../../session/privilege/ipc-access.ts");
  return directConnector(socket, target);
}

const PRICE_MS = 10_000;

async function showPrice(source: {
  cost(): Promise<{ readonly nanosecondsPerHit: number; readonly runs: number } | null>;
}): Promise<void> {
  const cost = await source.cost();
  if (!cost) return;
  const us = Math.round(cost.nanosecondsPerHit / 1000);
  printNote(`utxo: the node waited ${us} us for each of ${cost.runs} coins\n`);
}
