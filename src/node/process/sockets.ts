import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A listening TCP socket. */
export interface ListeningSocket {
  /** Such as `127.0.0.1` or `::1`; `0.0.0.0` and `::` mean every address of the machine. */
  readonly host: string;
  readonly port: number;
  readonly inode: string;
}

/** The listening sockets of a process; null if its descriptors are not readable. */
export function listeningSockets(pid: number): ListeningSocket[] | null {
  const inodes = new Set<string>();
  const links = openFiles(pid);
  if (links === null) return null;
  for (const link of links) {
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode) inodes.add(inode);
  }
  return ["tcp", "tcp6"]
    .flatMap((table) => parseSocketTable(readText(`/proc/${pid}/net/${table}`)))
    .filter(({ inode }) => inodes.has(inode));
}

/** The targets of a process's descriptors: paths of files, `socket:[4711]`; null if they are not readable. */
export function openFiles(pid: number): string[] | null {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return null;
  }
  return names.flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}

const LISTEN = "0A";

/**
 * The listening sockets in /proc/PID/net/tcp or tcp6. Addresses are words of 32 bits in the machine's byte order:
 *
 *     0: 0100007F:208C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 1 …
 */
export function parseSocketTable(text: string): ListeningSocket[] {
  return text.split("\n").flatMap((line) => {
    const match =
      /^\s*\d+: ((?:[\dA-F]{8}){1,4}):([\dA-F]{4}) \S+ ([\dA-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/.exec(
        line,
      );
    if (match?.[3] !== LISTEN) return [];
    const [, address, port, , inode] = match as unknown as string[];
    return [{ host: hostOf(address!), port: Number.parseInt(port!, 16), inode: inode! }];
  });
}

function hostOf(hex: string): string {
  const bytes = Buffer.from(hex, "hex").swap32();
  if (bytes.length === 4) return [...bytes].join(".");
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) =>
    bytes.readUInt16BE(i * 2).toString(16),
  ).join(":");
  if (groups === "0:0:0:0:0:0:0:0") return "::";
  return groups === "0:0:0:0:0:0:0:1" ? "::1" : groups;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
