/**
 * `npm run bench:ipc -- SOCKET [polls]`: what IPC costs. Polls a second over one connection, and the CPU time
 * that each takes in this process.
 */
import { IpcConnection } from "#src/node/ipc/ipc-connection.js";
import { quantile } from "#src/util/statistics.js";

const [socket, polls = "50000"] = process.argv.slice(2);
if (socket === undefined) throw new Error("name the node's IPC socket");
const begin = performance.now();
const ipc = await IpcConnection.open(socket);
const connected = performance.now() - begin;
console.log(`connected to ${ipc.pid} in ${connected.toFixed(1)} ms: ${ipc.offers.join(", ")}`);

const { mining, node, chain, rpc } = ipc;
if (mining) await measure("Mining.getTip", () => mining.getTip());
if (node) await measure("Node.getNodeCount", () => node.getNodeCount());
if (chain) await measure("Chain.mempoolMinFee", () => chain.mempoolMinFee());
if (rpc) {
  const request = JSON.stringify({ method: "getblockcount", id: 1 });
  await measure("Rpc.executeRpc", () => rpc.executeRpc(request));
}
ipc.close();

async function measure(name: string, poll: () => Promise<unknown>): Promise<void> {
  const times = new Float64Array(Number(polls));
  const cpu = process.cpuUsage();
  const begin = performance.now();
  for (let i = 0; i < times.length; i++) {
    const asked = performance.now();
    await poll();
    times[i] = performance.now() - asked;
  }
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = Math.round(times.length / seconds);
  const own = ((user + system) / times.length).toFixed(1);
  times.sort();
  const us = (share: number) => (quantile(times, share) * 1000).toFixed(0);
  console.log(`${name}: ${rate}/s, p50 ${us(0.5)} us, p99 ${us(0.99)} us, own CPU ${own} us`);
}
