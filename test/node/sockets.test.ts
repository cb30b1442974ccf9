import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { createServer } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { listeningSockets, openFiles, parseSocketTable } from "../../src/node/process/sockets.ts";

it("listening sockets are read from the kernel's tables", () => {
  const tables = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:208C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 ffff 100 0 0 10 0
   1: 00000000:208D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4712 1 ffff 100 0 0 10 0
  12: 0100007F:208C 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4713 1 ffff 20 4 30 10 -1
   3: 00000000000000000000000001000000:208C 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 ffff
   4: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4715 1 ffff
   5: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4716 1 ffff
`;
  expect(parseSocketTable(tables)).toEqual([
    { host: "127.0.0.1", port: 8332, inode: "4711" },
    { host: "0.0.0.0", port: 8333, inode: "4712" },
    { host: "::1", port: 8332, inode: "4714" },
    { host: "::", port: 80, inode: "4715" },
    { host: "2001:db8:0:0:0:0:0:1", port: 80, inode: "4716" },
  ]);
});

it("other texts contain no listening sockets", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseSocketTable(text)).toEqual([]);
    }),
  );
});

it.skipIf(process.platform !== "linux")(
  "the listening sockets of this process are found",
  async () => {
    const before = listeningSockets(process.pid)!.length;
    const servers = [createServer().listen(0, "127.0.0.1"), createServer().listen(0, "::1")];
    await Promise.all(servers.map((server) => once(server, "listening")));
    const expected = servers.map((server) => server.address() as { address: string; port: number });
    const found = listeningSockets(process.pid)!;
    expect(found).toHaveLength(before + 2);
    for (const { address, port } of expected) {
      expect(found).toContainEqual(expect.objectContaining({ host: address, port }));
    }
    for (const server of servers) server.close();
    expect(openFiles(process.pid)).toContain(readlinkSync("/proc/self/fd/1"));
    expect(openFiles(4_194_305)).toBeNull();
  },
);
