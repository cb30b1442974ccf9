/** What a process uses, read from /proc, so that it is the same measure for every tracer. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * Time its threads spent on a CPU.
 * @param {number} pid
 * @returns {number} seconds
 */
export function cpuSeconds(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((tid) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "ascii").split(" ");
    return Number(onCpu);
  });
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1e9;
}

/**
 * @param {number} pid
 * @returns {{ pss: number, rss: number }} in MB
 */
export function memory(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "ascii");
  /** @param {string} name */
  const megabytes = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]) * 1024) / 1e6;
  return { pss: megabytes("Pss"), rss: megabytes("Rss") };
}

/**
 * The process and its children.
 * @param {number} pid
 * @returns {number[]}
 */
export function processTree(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").split(" ").filter(Boolean);
  return [pid, ...children.map(Number).flatMap(processTree)];
}
