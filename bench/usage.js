/** What a process uses, read from /proc, so that it is the same measure for every tracer. */
import { readdirSync, readFileSync } from "node:fs";
import { sum } from "./statistics.js";

/**
 * Time its threads spent on a CPU.
 * @param {number} pid
 * @returns {number} seconds
 */
export function cpuSeconds(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return sum(threads.map((tid) => threadSeconds(`/proc/${pid}/task/${tid}`)));
}

/** @param {string} directory of the thread */
function threadSeconds(directory) {
  try {
    return Number(readFileSync(`${directory}/schedstat`, "ascii").split(" ")[0]) / 1e9;
  } catch {
    // The thread ended since it was listed.
    return 0;
  }
}

/**
 * Proportional set size: what is shared with other processes counts in part.
 * @param {number} pid
 * @returns {{ memory: number, buffers: number }} MB; `buffers` are those shared with the kernel
 */
export function memoryOf(pid) {
  const usage = { memory: 0, buffers: 0 };
  let isBuffer = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "ascii").split("\n")) {
    if (/^[0-9a-f]+-/.test(line)) isBuffer = line.includes("anon_inode:");
    const pss = /^Pss:\s+(\d+) kB/.exec(line);
    if (pss) usage[isBuffer ? "buffers" : "memory"] += (Number(pss[1]) * 1024) / 1e6;
  }
  return usage;
}

/**
 * The process and all its descendants.
 * @param {number} pid
 * @returns {number[]}
 */
export function processTree(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").match(/\d+/g) ?? [];
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}
