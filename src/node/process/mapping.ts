/** A part of a file in a process's memory: a line of /proc/PID/maps. */
export interface Mapping {
  /** `7fe9a649e000-7fe9a649f000`, which is also its name in /proc/PID/map_files. */
  readonly range: string;
  readonly address: number;
  readonly length: number;
  /** `r-xp` */
  readonly access: string;
  /** The offset of its first byte in the file. */
  readonly offset: number;
  /** The number of the inode within its device. */
  readonly inode: string;
  /** Whether the device is virtual, such as an overlay: stat(2) may then report other device and inode numbers. */
  readonly isVirtual: boolean;
  /** The process's path of the file when it mapped it. */
  readonly path: string;
  /** Whether the file no longer has a path: it was removed or replaced, or never had one (memfd). */
  readonly isDeleted: boolean;
}

/**
 * The mappings of files.
 *
 *     7fe9a649e000-7fe9a649f000 r-xp 00001000 fe:00 104947     /usr/lib/libx.so
 *     7fe9a64a1000-7fe9a64a2000 r-xp 00001000 00:01 104948     /memfd:provider (deleted)
 */
export function parseMappings(maps: string): Mapping[] {
  return maps.split("\n").flatMap((line) => {
    const match =
      /^(([0-9a-f]+)-([0-9a-f]+)) (\S{4}) ([0-9a-f]+) ([0-9a-f]+):[0-9a-f]+ (\d+)\s+(\/.*)$/.exec(
        line,
      );
    if (match === null) return [];
    const [, range, start, end, access, offset, major, inode, name] = match as unknown as string[];
    const address = Number.parseInt(start!, 16);
    // The line feed is the only character of a name that the kernel escapes.
    const path = name!.replaceAll("\\012", "\n");
    return [
      {
        range: range!,
        address,
        length: Number.parseInt(end!, 16) - address,
        access: access!,
        offset: Number.parseInt(offset!, 16),
        inode: inode!,
        isVirtual: Number.parseInt(major!, 16) === 0,
        path: path.replace(/ \(deleted\)$/, "").replace(/^\/memfd:/, "memfd:"),
        isDeleted: path.endsWith(" (deleted)"),
      },
    ];
  });
}

/** One executable mapping of each file. */
export function executableMappings(maps: string): Mapping[] {
  const files = new Map<string, Mapping>();
  for (const mapping of parseMappings(maps)) {
    const file = `${mapping.inode} ${mapping.path}`;
    if (mapping.access[2] === "x" && !files.has(file)) files.set(file, mapping);
  }
  return [...files.values()];
}
