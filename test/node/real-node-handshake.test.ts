import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { BitcoinNode, describeRealNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { notices, Recorder, withoutNotices } from "../helpers/stream.ts";

describeRealNode([rightsToTrace], "a real node beside another of its binary", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;

  beforeAll(async () => {
    peer = await BitcoinNode.start(join(directory, "peer"));
    node = await BitcoinNode.start(join(directory, "node"), {
      options: [`-connect=127.0.0.1:${peer.port}`],
    });
  });
  afterAll(() => Promise.all([node.stop(), peer.stop()]));

  it.each([
    ["pid", () => node.pid, []],
    ["pid file", () => join(node.directory, "regtest", "bitcoind.pid"), ["-debug=net"]],
    ["pid, with other options", () => node.pid, ["-debug=net", "-dbcache=50"]],
  ])(
    "named by its %s, shows the first message of its handshake after a restart",
    async (_, target, more) => {
      const recorder = new Recorder(
        attach({ target: target(), tracepoints: ["net:*_message"], fields: ["msg_type"] }),
      );
      for (let round = 1; round <= 3; round++) {
        await node.stop();
        await node.start(...more);
        const isHere = ({ pid }: { pid?: unknown }) => pid === node.pid;
        await recorder.until("it shakes hands", (events) =>
          withoutNotices(events).some((event) => isHere(event) && event.msg_type === "verack"),
        );
        await recorder.until("it is told", (events) =>
          notices(events).some((n) => "pid" in n && isHere(n)),
        );
        const first = withoutNotices(recorder.events).find(isHere);
        expect(first).toMatchObject({ tracepoint: "net:outbound_message", msg_type: "version" });
      }
      const strangers = withoutNotices(await recorder.stop()).filter(
        (event) => event.pid === peer.pid,
      );
      expect(strangers).toEqual([]);
    },
  );
});
