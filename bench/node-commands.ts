import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRepository } from "../scripts/repository.ts";
import { isInstalled } from "./command.ts";

/** What watches every process that runs a node's binary, as people start it. */
export interface NodeCommand {
  readonly name: string;
  /** The command line; null where it cannot run. Its output goes to a file. */
  command(path: string, directory: string): readonly string[] | null;
  /** A pattern of grep for its line of a delivered ping; undefined for commands that print no messages. */
  readonly line?: string;
}

const corelens = (...args: readonly string[]) => [
  process.execPath,
  inRepository("bin/corelens"),
  ...args,
];

export const UNTRACED: NodeCommand = { name: "untraced", command: () => null };
/** The least that a tracer of these probes costs; of all probes without a name. */
const emptyProgram = (...probe: readonly string[]): NodeCommand => ({
  name: "an empty program",
  command: (path) => [
    process.execPath,
    inRepository("build/bench/tracers/floor.js"),
    path,
    ...probe,
  ],
});
export const EMPTY = emptyProgram();
export const TRACE: NodeCommand = {
  name: "corelens trace --json",
  command: (path) => corelens("trace", "--target", path, "--json"),
};

const COIN_PROBES = ["utxocache:add", "utxocache:spent", "utxocache:uncache"];
const bpftrace = (path: string, action: string): readonly string[] | null =>
  isInstalled("bpftrace")
    ? ["bpftrace", "-e", `${COIN_PROBES.map((name) => `usdt:${path}:${name}`).join(",")} ${action}`]
    : null;

export const NODE_COMMANDS: readonly NodeCommand[] = [
  UNTRACED,
  EMPTY,
  TRACE,
  {
    name: "corelens record",
    command: (path, directory) =>
      corelens("record", join(directory, "recording"), "--target", path),
  },
  {
    name: "corelens dashboard",
    command: (path) => corelens("--target", path, "--no-open", "--port", "0", "--no-state"),
  },
  {
    name: "corelens metrics",
    command: (path) => corelens("metrics", "--target", path, "--port", "0"),
  },
  {
    name: "bpftrace, counting coins",
    command: (path) => bpftrace(path, "{ @[probe] = count() }"),
  },
  {
    name: "bpftrace, printing coins",
    command: (path) =>
      bpftrace(path, '{ printf("%r %u %u %lld %d\\n", buf(arg0, 32), arg1, arg2, arg3, arg4) }'),
  },
];

const INBOUND = "net:inbound_message";
export const PING_COMMANDS: readonly NodeCommand[] = [
  UNTRACED,
  emptyProgram(INBOUND),
  {
    name: "corelens trace --json",
    command: (path) => corelens("trace", INBOUND, "--target", path, "--json"),
    line: '"msg_type":"ping"',
  },
  {
    name: "corelens metrics",
    command: (path) => corelens("metrics", "--target", path, "--port", "0"),
  },
  {
    name: "bpftrace printf",
    command: (path) =>
      isInstalled("bpftrace")
        ? [
            ...["bpftrace", "-e"],
            `usdt:${path}:${INBOUND} { printf("%lld %s %s %s %llu\\n", arg0, str(arg1), str(arg2), str(arg3), arg4) }`,
          ]
        : null,
    line: " ping [0-9]+$",
  },
];

/** A command takes up to this long to attach. */
const SETTLE_MS = 3000;

/** Starts a command and waits until it is attached. @returns a function that ends it; null where it cannot run */
export async function startCommand(
  { command, name }: NodeCommand,
  path: string,
  directory: string,
): Promise<(() => Promise<void>) | null> {
  const [program, ...args] = command(path, directory) ?? [];
  if (program === undefined) return name === UNTRACED.name ? async () => {} : null;
  const output = openSync(join(directory, "output"), "w");
  const started: ChildProcess = spawn(program, args, { stdio: ["ignore", output, "ignore"] });
  const ended = once(started, "exit");
  await sleep(SETTLE_MS);
  if (started.exitCode !== null) throw new Error(`${name} ended with ${started.exitCode}`);
  return async () => {
    started.kill("SIGINT");
    await ended;
    closeSync(output);
  };
}
