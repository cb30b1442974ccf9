/**
 * What IPC costs: polls a second over one connection, and this process's CPU time for each.
 *
 *     node bench/ipc.js SOCKET [polls]
 */
import { IpcConnection } from "../dist/node/ipc/ipc-connection.js";

const [socket, polls = "50000"] = process.argv.slice(2);
const begin = performance.now();
const ipc = await IpcConnection.open(socket);
const connected = performance.now() - begin;
console.log(`connected to ${ipc.pid} in ${connected.toFixed(1)} ms: ${ipc.offers.join(", ")}`);

await measure("Mining.getTip", () => ipc.mining.getTip());
if (ipc.node) await measure("Node.getNodeCount", () => ipc.node.getNodeCount());
if (ipc.chain) await measure("Chain.mempoolMinFee", () => ipc.chain.mempoolMinFee());
if (ipc.rpc) {
  const request = JSON.stringify({ method: "getblockcount", id: 1 });
  await measure("Rpc.executeRpc", () => ipc.rpc.executeRpc(request));
}
ipc.close();

async function measure(name, poll) {
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
  const us = (part) => (times[Math.floor(times.length * part)] * 1000).toFixed(0);
  console.log(`${name}: ${rate}/s, p50 ${us(0.5)} us, p99 ${us(0.99)} us, own CPU ${own} us`);
}
