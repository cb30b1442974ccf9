import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { REPOSITORY, RunningCommand } from "../helpers/command.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";

/** A command that traces and asks twice how the node is asked. */
const command = (target: number, asks: boolean) => `
import { runSession } from "${REPOSITORY}dist/terminal/run-session.js";
import { requestRpcAccess, directAccess } from "${REPOSITORY}dist/session/privilege/rpc-access.js";
import { appendFileSync } from "node:fs";

const rpc = directAccess({ url: "http://127.0.0.1:7", cookieFile: import.meta.dirname + "/cookie" });
const request = () => ({ target: "${target}", events: { patterns: ["test:tick"], fields: null, where: null } });
process.exitCode = await runSession(
  { ringSize: 4096, latencyMs: 5, request, ${asks ? "rpc" : ""} },
  async (session) => {
    const late = new Promise((resolve) => setTimeout(resolve, 300, "no answer"));
    for (let i = 0; i < 2; i++) {
      const answer = await Promise.race([requestRpcAccess().catch(({ code }) => code), late]);
      console.log(JSON.stringify({ answer, uid: process.getuid() }));
    }
    await session.close();
    return 0;
  },
);
`;

describeNeeding(
  [rightsToTrace, root, compiler],
  "a worker that traces a node and calls its RPC",
  () => {
    const directory = temporaryDirectory();
    const path = join(directory, "target");
    beforeAll(() => {
      compile(path, [TARGET_SOURCE]);
      chmodSync(directory, 0o755);
      const password = "5".repeat(64);
      writeFileSync(join(directory, "cookie"), `__cookie__:${password}`, { mode: 0o600 });
    });

    const run = async (asks: boolean) => {
      const target = await TargetProgram.start(path);
      const program = join(directory, "command.mjs");
      writeFileSync(program, command(target.pid, asks));
      const running = new RunningCommand([], { program, env: { SUDO_UID: undefined } });
      await running.ended;
      expect(running.stderr).toBe("");
      return running.lines;
    };

    it("receives the address and the cookie, which it cannot read itself", async () => {
      const [user, password] = readFileSync(join(directory, "cookie"), "ascii").split(":");
      const answer = { host: "127.0.0.1", port: 7, user, password };
      expect(await run(true)).toEqual(Array(2).fill({ answer, uid: 65534 }));
    });

    it("receives no credentials if the command does not call the node", async () => {
      expect(await run(false)).toEqual(Array(2).fill({ answer: "no answer", uid: 65534 }));
    });
  },
);
