import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readConfiguration } from "../../../src/node/config/configuration.ts";
import { readSmallFile } from "../../../src/node/process/as-user.ts";
import { BITCOIND } from "../../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../../helpers/compile.ts";

/** Where bitcoin-cli, which reads its settings as the node does, tries to connect to; null where it refuses them. */
function connectedPort(home: string, options: readonly string[]): number | null {
  const cli = join(dirname(BITCOIND!), "bitcoin-cli");
  const { stderr } = spawnSync(cli, [...options, "uptime"], { env: { HOME: home } });
  const port = /server 127\.0\.0\.1:(\d+)/.exec(String(stderr))?.[1];
  return port === undefined ? null : Number(port);
}

const home = temporaryDirectory();

it.skipIf(!BITCOIND)("Core derives the same network and port from any settings", () => {
  const directory = join(home, ".bitcoin");
  mkdirSync(directory);

  const port = fc.integer({ min: 1, max: 9 });
  const chain = fc.constantFrom("main", "test", "testnet4", "signet", "regtest");
  const network = fc.constantFrom("regtest", "testnet", "testnet4", "signet");
  const negation = fc.constantFrom("", "", "no");
  const setting = fc.oneof(
    fc.tuple(negation, port).map(([no, port]) => `${no}rpcport=${port}`),
    fc.tuple(negation, network, fc.constantFrom("=1", "=0", "=", "=x")).map((all) => all.join("")),
    chain.map((name) => `chain=${name}`),
  );
  const line = fc.oneof(
    { weight: 4, arbitrary: setting },
    chain.map((name) => `[${name}]`),
    fc.tuple(chain, setting).map(([name, setting]) => `${name}.${setting}`),
    fc.constantFrom("# regtest=1", ""),
  );
  const file = fc.array(line, { maxLength: 6 }).map((lines) => `${lines.join("\n")}\n`);
  const options = fc.array(
    fc.tuple(fc.constantFrom("-", "--"), setting).map((parts) => parts.join("")),
    { maxLength: 2 },
  );
  let compared = 0;
  fc.assert(
    fc.property(options, file, (options, text) => {
      writeFileSync(join(directory, "bitcoin.conf"), text);
      const expected = connectedPort(home, options);
      fc.pre(expected !== null);
      compared++;
      const { addresses } = readConfiguration({
        commandLine: ["bitcoind", ...options],
        ...{ workingDirectory: null, home, openDirectory: null },
        readFile: readSmallFile,
      });
      expect(addresses).toEqual([{ host: "127.0.0.1", port: expected }]);
    }),
    { numRuns: 150, maxSkipsPerRun: 5 },
  );
  expect(compared).toBeGreaterThan(100);
});
