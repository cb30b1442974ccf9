import { Command, CommanderError } from "commander";
import { CorelensError, ERRORS } from "../errors.ts";
import { addContractOption } from "../terminal/contract-option.ts";
import { refuseRepeated } from "../terminal/repeated-options.ts";
import { tell } from "../terminal/tell.ts";
import { errorText } from "../text/error-text.ts";
import { version } from "../version.ts";

/**
 * Commands by name. Each is loaded only when it is called: a command that reads a file starts without the code
 * that talks to the kernel, and the first event shows sooner.
 */
const COMMANDS = {
  dashboard: () => import("../commands/dashboard/command.ts"),
  trace: () => import("../commands/trace/command.ts"),
  count: () => import("../commands/count/command.ts"),
  record: () => import("../commands/record/command.ts"),
  replay: () => import("../commands/replay/command.ts"),
  export: () => import("../commands/export/command.ts"),
  metrics: () => import("../commands/metrics/command.ts"),
  info: () => import("../commands/info/command.ts"),
  "p2p-traffic": () => import("../commands/p2p-traffic/command.ts"),
  "p2p-connections": () => import("../commands/p2p-connections/command.ts"),
  "p2p-messages": () => import("../commands/p2p-messages/command.ts"),
  decode: () => import("../commands/decode/command.ts"),
  "p2p-monitor": () => import("../commands/p2p-monitor/command.ts"),
  "mempool-monitor": () => import("../commands/mempool-monitor/command.ts"),
  utxos: () => import("../commands/utxos/command.ts"),
  "utxocache-flushes": () => import("../commands/utxocache-flushes/command.ts"),
  "block-benchmark": () => import("../commands/block-benchmark/command.ts"),
  "coin-selection": () => import("../commands/coin-selection/command.ts"),
  timeline: () => import("../commands/timeline/command.ts"),
  state: () => import("../commands/state/command.ts"),
  ipc: () => import("../commands/ipc/command.ts"),
  list: () => import("../commands/list/command.ts"),
  check: () => import("../commands/check/command.ts"),
  doctor: () => import("../commands/doctor/command.ts"),
  demo: () => import("../commands/demo/command.ts"),
  simulate: () => import("../commands/simulate/command.ts"),
} as const;

/**
 * Runs the command line.
 * @returns the exit status (docs/errors.md)
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("corelens")
    .description(
      "See inside a running Bitcoin Core node: typed, live events from its tracepoints,\nwithout changing or slowing it.",
    )
    .version(version())
    .showHelpAfterError("(corelens COMMAND --help tells more)")
    .exitOverride();
  const name = commandOf(argv[2]);
  const named = COMMANDS[name as keyof typeof COMMANDS];
  const wanted = named ? [named] : Object.values(COMMANDS);
  for (const load of wanted) {
    const { command } = await load();
    addContractOption(command);
    refuseRepeated(command);
    const isDefault = name === DEFAULT_COMMAND;
    program.addCommand(command.copyInheritedSettings(program), { isDefault });
  }
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

const DEFAULT_COMMAND = "dashboard";
const OWN_OPTIONS = new Set(["-h", "--help", "-V", "--version"]);

/** Whoever names no command gets the dashboard, options or not. */
function commandOf(word = DEFAULT_COMMAND): string {
  return word.startsWith("-") && !OWN_OPTIONS.has(word) ? DEFAULT_COMMAND : word;
}

/** Tells people what went wrong; anything but a CorelensError is a bug, shown whole. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : ERRORS.USAGE[0];
  }
  if (!(error instanceof CorelensError)) throw error;
  if (error.code === "OUTPUT_GONE" && isClosedPipe(error.cause)) return error.exitStatus;
  tell(errorText(error));
  if (error.cause instanceof Error && error.code === "PROGRAM_REJECTED") {
    tell(`${error.cause.message}\n`);
  }
  return error.exitStatus;
}

/** Who closed the pipe, as `head` does, has read enough: no words are needed, and the exit status is there. */
function isClosedPipe(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EPIPE";
}
