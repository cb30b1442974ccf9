import { expect, it } from "vitest";
import { isTraceable } from "../../src/kernel/platform.ts";
import { declareProbes } from "../../src/simulate/probes.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { corelens } from "./run-command.ts";

const platform = () => (isTraceable ? null : "not Linux on x86-64 or aarch64");

describeNeeding([platform], "corelens trace --explain", () => {
  const { file } = declareProbes(31);
  const explain = (...args: string[]) => corelens("trace", "--explain", "-t", file!, ...args);

  it("shows where each part of a query runs and the length of programs, without attaching", async () => {
    const where = 'msg_type == "inv" && ends_with(address, ":8333") && size > 1kB';
    const { stdout, status } = await explain("net:*", "--where", where);
    expect(stdout.split("\n").slice(0, 4)).toEqual([
      "net:inbound_message",
      '  in the kernel  msg_type == "inv" && size > 1kB',
      '  in the reader  ends_with(address, ":8333")',
      expect.stringMatching(/^ {2}program {8}\d{3} instructions, \d\d of them the filter$/),
    ]);
    expect(stdout).toContain("net:closed_connection\n  not traced     it has no field msg_type\n");
    expect(status).toBe(0);
  });

  it("shows the length of programs also without a query", async () => {
    const { stdout } = await explain("mempool:added");
    expect(stdout).toMatch(
      /^mempool:added\n.*nothing is tested\n {2}program +\d+ instructions, 0 of/,
    );
  });

  it("marks the error in a query", async () => {
    const { stderr, status } = await explain("net:inbound_message", "--where", "sice > 3");
    expect(stderr).toBe(
      "corelens: QUERY_TYPE: there is no field sice in net:inbound_message\n" +
        "    sice > 3\n    ^^^^\n  → did you mean size?\n",
    );
    expect(status).toBe(2);
  });
});
