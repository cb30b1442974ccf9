import { writeFileSync } from "node:fs";
import { node } from "../contract/nodes.ts";
import { buildElf, SHT, stapsdt } from "./elf-builder.ts";

/** Writes a file with the notes of a node and nothing else. Returns its path. */
export function nodeBinary(path: string, lines: string, semaphores = true): string {
  const notes = node(lines, { semaphores }).map(({ argumentText, ...probe }) =>
    stapsdt({ ...probe, arguments: argumentText }),
  );
  const section = { name: ".note.stapsdt", type: SHT.NOTE, content: Buffer.concat(notes) };
  writeFileSync(path, buildElf({ sections: [section] }));
  return path;
}
