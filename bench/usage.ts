import { readdirSync, readFileSync } from "node:fs";
import { sum } from "#src/util/statistics.js";

/* What a process uses, from /proc, so that every tracer is measured alike. */

export interface Memory {
  /** MB, proportional set size: memory that other processes share counts in part. */
  memory: number;
  /** MB shared with the kernel. */
  buffers: number;
}

/** Seconds that the threads of a process spent on a CPU. */
export function cpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return sum(threads.map((tid) => threadSeconds(`/proc/${pid}/task/${tid}`)));
}

function threadSeconds(directory: string): number {
  try {
    return Number(readFileSync(`${directory}/schedstat`, "ascii").split(" ")[0]) / 1e9;
  } catch {
    // The thread ended after it was listed.
    return 0;
  }
}

export function memoryOf(pid: number): Memory {
  const usage: Memory = { memory: 0, buffers: 0 };
  let isBuffer = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "ascii").split("\n")) {
    if (/^[0-9a-f]+-/.test(line)) isBuffer = line.includes("anon_inode:");
    const pss = /^Pss:\s+(\d+) kB/.exec(line);
    if (pss) usage[isBuffer ? "buffers" : "memory"] += (Number(pss[1]) * 1024) / 1e6;
  }
  return usage;
}

export interface Resident {
  /** MB of RAM. */
  readonly rss: number;
  /** MB without mapped files and the ring buffer, which is mapped twice. */
  readonly own: number;
}

export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "ascii");
  const megabytes = (name: string): number =>
    (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
  return { rss: megabytes("VmRSS"), own: megabytes("RssAnon") };
}

/** The process and all its descendants. */
export function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

export function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii");
  return (children.match(/\d+/g) ?? []).map(Number);
}
