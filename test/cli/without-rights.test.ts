import { chmodSync, chownSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import type { Status } from "../../src/model/status.ts";
import { writeRecording } from "../dashboard/recording.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, root, tool } from "../helpers/needs.ts";
import { rightsOf } from "../helpers/rights.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";

const WHO_CALLED = { uid: 12345, env: { SUDO_UID: "12345", SUDO_GID: "12345" } };
const NOBODY = { uid: 65534, env: { SUDO_UID: undefined } };
const SERVED = ["--port", "0", "--no-open"];

/** Root of a container: it cannot trace, but can change its user. */
const LESS_THAN_ROOT = ["setpriv", "--bounding-set=-bpf,-perfmon,-sys_admin"];

async function served(command: RunningCommand): Promise<string> {
  await until("it is served", () => {
    if (command.exitStatus !== null) throw new Error(command.stderr);
    return command.stdout.includes("http://");
  });
  return /http:\S+/.exec(command.stdout)![0];
}

const statusOf = async (url: string) =>
  fromWire(await (await fetch(`${url}/api/status`)).json()) as Status;

describeNeeding([root, tool("setpriv")], "pages that root serves without a trace", () => {
  const directory = temporaryDirectory();
  const own = join(directory, "own.corelens");
  const foreign = join(directory, "foreign.corelens");
  beforeAll(async () => {
    chmodSync(directory, 0o755);
    for (const path of [own, foreign]) {
      await writeRecording(path, eventsOf(60));
      chmodSync(path, 0o600);
    }
    chownSync(own, WHO_CALLED.uid, WHO_CALLED.uid);
  });

  describe("of a recording", () => {
    it("come from a process without rights, of the user who called sudo", async () => {
      const command = new RunningCommand(["--from", own, ...SERVED], WHO_CALLED);
      const url = await served(command);
      const { uids, capabilities } = rightsOf(command.child);
      expect(new Set(uids)).toEqual(new Set([WHO_CALLED.uid]));
      expect(capabilities).toBe(0n);
      await until("it plays", async () => (await statusOf(url)).eventRate > 0);
      expect(await (await fetch(url)).text()).toContain("<title>corelens");
      command.process.kill("SIGTERM");
      await command.ended;
      expect(command.exitStatus).toBe(0);
    });

    it("fail with the user and a cure if that user cannot read it", async () => {
      for (const { uid, env } of [WHO_CALLED, NOBODY]) {
        const command = new RunningCommand(["--from", foreign, ...SERVED], { env });
        await command.ended;
        expect(command.exitStatus).toBe(2);
        expect(command.stdout).toBe("");
        expect(command.stderr).toContain("FILE_UNREADABLE");
        expect(command.stderr).toContain(`runs as uid ${uid}, which has no permission`);
        expect(command.stderr).toContain("without sudo");
      }
    });
  });

  it.each(["dashboard", "demo", "metrics"])(
    "come from the user nobody where nothing can be traced: %s",
    async (name) => {
      const options = name === "metrics" ? ["--port", "0"] : SERVED;
      const command = new RunningCommand([name, ...options], { ...NOBODY, launch: LESS_THAN_ROOT });
      const url = await served(command);
      const { uids, capabilities } = rightsOf(command.child);
      expect(new Set(uids)).toEqual(new Set([NOBODY.uid]));
      expect(capabilities).toBe(0n);
      if (name === "demo") {
        await until("events come", async () => (await statusOf(url)).eventRate > 0);
        expect(await (await fetch(url)).text()).toContain("<title>corelens");
      }
      if (name === "dashboard") {
        const { headline, health } = await statusOf(url);
        expect(headline.status).toBe("problem");
        expect(command.stderr).toContain("Tracing does not work: ");
        expect(command.stderr).toContain(health[0]!.message.slice(-20));
      }
    },
  );

  it("come from root where it cannot become another user, unchanged", async () => {
    for (const launch of [
      ["setpriv", "--bounding-set=-all", "--inh-caps=-all"],
      ["unshare", "--user", "--map-root-user"],
    ]) {
      const command = new RunningCommand(["demo", ...SERVED], { ...NOBODY, launch });
      const url = await served(command);
      await until("events come", async () => (await statusOf(url)).eventRate > 0);
      command.process.kill("SIGTERM");
      await command.ended;
      expect(command.exitStatus).toBe(0);
    }
  });

  it("end with the process that root started", async () => {
    const command = new RunningCommand(["--from", own, ...SERVED], WHO_CALLED);
    const url = await served(command);
    command.process.kill("SIGKILL");
    await until("nobody serves", () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
  });

  it("end cleanly when a terminal signals both processes", async () => {
    for (let i = 0; i < 3; i++) {
      const command = new RunningCommand(["--from", own, ...SERVED], WHO_CALLED);
      await served(command);
      process.kill(command.child, "SIGINT");
      command.process.kill("SIGINT");
      await command.ended;
      expect({ status: command.exitStatus, stderr: command.stderr }).toEqual({
        status: 0,
        stderr: "",
      });
    }
  });
});
