import { readdirSync, readFileSync } from "node:fs";
import type { Option } from "commander";
import { describe, expect, it } from "vitest";
import { allCommands, visibleOptions } from "./all-commands.ts";
import { corelens } from "./run-command.ts";

const commands = await allCommands();
const all = [...commands.values()].flatMap(visibleOptions);

/** Commands that read no node. */
const WITHOUT_NODE = [
  ...["block", "decode", "demo", "export", "info", "peer", "recordings", "replay", "simulate"],
  ...["recordings delete", "recordings save", "sql", "tx"],
];

/** Commands that read what is kept, or with --from a recording. */
const READING_KEPT = ["block", "peer", "sql", "tx"];

/** Commands that read a node, but no events that a recording contains. */
const WITHOUT_EVENTS = [
  ...["check", "doctor", "ipc call", "ipc status", "ipc watch", "list", "record", "state"],
];

/** Commands with a line for each event. */
const PRINTING_EVENTS = [
  ...["coin-selection", "demo", "ipc watch", "p2p-connections", "p2p-messages", "p2p-traffic"],
  ...["replay", "trace", "utxocache-flushes", "utxos"],
];

function commandsWith(option: string): string[] {
  return [...commands]
    .filter(([, command]) => visibleOptions(command).some(({ long }) => long === option))
    .map(([name]) => name)
    .sort();
}

function valuesBy(key: (option: Option) => string | undefined, value: (option: Option) => string) {
  const found = new Map<string, Set<string>>();
  for (const option of all) {
    const name = key(option);
    if (name !== undefined) found.set(name, (found.get(name) ?? new Set()).add(value(option)));
  }
  return [...found].filter(([, values]) => values.size > 1).map(([name, v]) => [name, ...v]);
}

describe("the options of all commands", () => {
  it("use a letter for one option only", () => {
    expect(
      valuesBy(
        ({ short }) => short,
        ({ long }) => long!,
      ),
    ).toEqual([]);
  });

  it("have the same letter and the same value under the same name", () => {
    expect(
      valuesBy(
        ({ long }) => long,
        ({ flags }) => flags,
      ),
    ).toEqual([]);
  });

  it("have one help text under the same name, except for parts that depend on the command", () => {
    const texts = valuesBy(
      ({ long }) => long,
      ({ description }) => description,
    );
    const differing = [
      "--by",
      "--compare",
      "--from",
      "--json",
      "--port",
      "--release",
      "--since",
      "--speed",
    ];
    expect(texts.map(([name]) => name!).filter((name) => !differing.includes(name))).toEqual([]);
  });

  it("name the node with --target, which excludes --from", () => {
    for (const [name, command] of commands) {
      const longs = visibleOptions(command).map(({ long }) => long);
      expect([name, longs.includes("--target")]).toEqual([name, !WITHOUT_NODE.includes(name)]);
    }
    for (const name of commandsWith("--from")) {
      const from = visibleOptions(commands.get(name)!).find(({ long }) => long === "--from")!;
      const { conflictsWith } = from as unknown as { conflictsWith: readonly string[] };
      if (!READING_KEPT.includes(name)) expect([name, conflictsWith]).toEqual([name, ["target"]]);
    }
  });

  it("read a recording with --from if they read events", () => {
    const reading = [...commands.keys()].filter(
      (name) => ![...WITHOUT_NODE, ...WITHOUT_EVENTS].includes(name),
    );
    expect(commandsWith("--from")).toEqual([...reading, ...READING_KEPT].sort());
  });

  it("end a stream with -n after a number of events", () => {
    expect(commandsWith("--count")).toEqual(PRINTING_EVENTS);
  });
});

it("every option in the documents exists, and docs/commands.md has every option", () => {
  const known = new Set(all.flatMap(({ long, negate }) => [long!, ...(negate ? [long!] : [])]));
  for (const own of ["--help", "--version"]) known.add(own);
  const lines = readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => readFileSync(`docs/${name}`, "utf8").split("\n"))
    // The arguments of corelens, up to the next program of a pipe.
    .flatMap((line) =>
      [...line.matchAll(/corelens (?:[a-z][\w-]*)[^|`]*/g)].map(([found]) => found),
    );
  const used = lines.flatMap((line) => line.match(/(?<=\s)--[a-z][\w-]*/g) ?? []);
  expect(used.length).toBeGreaterThan(50);
  expect([...new Set(used)].filter((option) => !known.has(option))).toEqual([]);
  const reference = readFileSync("docs/commands.md", "utf8");
  expect(
    [...known].filter((option) => !reference.includes(option) && option !== "--version"),
  ).toEqual([]);
});

describe("a node", () => {
  it.each(["p2p-traffic", "utxos", "list", "check", "doctor", "ipc status"])(
    "of %s is named alike by TARGET and by --target",
    async (name) => {
      const words = name.split(" ");
      const argument = await corelens(...words, "/nowhere/node");
      expect(argument.stdout + argument.stderr).toContain("/nowhere/node");
      expect(await corelens(...words, "-t", "/nowhere/node")).toEqual(argument);
    },
  );

  it("is the first argument, unless the arguments have another meaning", () => {
    const others = [...commands].filter(
      ([
        ,
        {
          registeredArguments: [first],
          options,
        },
      ]) => options.some(({ long }) => long === "--target") && first?.name() !== "target",
    );
    expect(others.map(([name]) => name).sort()).toEqual([
      "block-benchmark",
      "count",
      "ipc call",
      "record",
      "timeline",
      "trace",
    ]);
  });

  it.each([
    [["p2p-traffic", "1", "--target", "2"], "two targets"],
    [["p2p-traffic", "1", "--from", "a"], "--from and the target 1 cannot be combined"],
    [["trace", "--target", "1", "--from", "a"], "cannot be used with"],
    [["trace", "4711"], "--target 4711"],
    [["count", "/usr/bin/bitcoind"], "--target /usr/bin/bitcoind"],
    [["ipc", "status", "1", "--socket", "a"], "both name a node"],
  ])("of %j is refused", async (args, message) => {
    const { stderr, status } = await corelens(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

it.each([
  [["count", "net:*", "-n", "3"], "write --top N"],
  [["list", "-f", "gdb"], "write --format FORMAT"],
  [["list", "-fgdb"], "write --format FORMAT"],
  [["list", "-p", "net:*"], "write --tracepoint NAMES"],
  [["state", "-w", "2s"], "write --watch TIME"],
])("the former spelling %j is refused with the present one", async (args, message) => {
  const { stderr, status } = await corelens(...args);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});
