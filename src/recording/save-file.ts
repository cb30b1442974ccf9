import { copyFile, type FileHandle, link, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { endFrame } from "./end-frame.ts";
import type { FileIndex, IndexedFrame } from "./file-index.ts";
import { FRAME, SIGNATURE_SIZE } from "./format.ts";
import { encodeEntry, INDEX_EXTENSION, indexHead } from "./index-entry.ts";
import { openForReading } from "./location.ts";

const CHUNK = 1 << 20;
const END = endFrame({ continues: false, cost: null });

/**
 * Saves the blocks of a file from a position on in another directory, under the same name. A finished file that is saved
 * as a whole is linked, where the file system can; its writer changes it no more.
 * @param from position of the first block; of an earlier frame or 0 for all
 * @throws Error of the system; CorelensError FILE_UNREADABLE
 */
export async function saveFile(file: FileIndex, from: number, directory: string): Promise<void> {
  const path = join(directory, basename(file.path));
  const isWhole = file.blocks.every(({ at }) => at >= from);
  if (isWhole && file.isComplete) {
    await linkOrCopy(file.path, path);
    // It is rebuilt where it is missing.
    await linkOrCopy(`${file.path}${INDEX_EXTENSION}`, `${path}${INDEX_EXTENSION}`).catch(() => {});
    return;
  }
  const source = await openForReading(file.path);
  const target = await open(path, "wx", 0o640);
  const index = await open(`${path}${INDEX_EXTENSION}`, "wx", 0o640);
  try {
    await copyFrames(source, target, file, from);
    await index.writeFile(indexOf(file, from));
  } finally {
    await source.close();
    await target.close();
    await index.close();
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

/** Copies the frames that are needed to read the file from a position on, and ends the copy. */
async function copyFrames(
  source: FileHandle,
  target: FileHandle,
  file: FileIndex,
  from: number,
): Promise<void> {
  await copyBytes(source, target, 0, SIGNATURE_SIZE);
  for (const { at, size } of savedFrames(file, from)) await copyBytes(source, target, at, size);
  if (!file.isComplete) await target.writeFile(END.bytes);
}

async function copyBytes(
  source: FileHandle,
  target: FileHandle,
  at: number,
  size: number,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(size, CHUNK));
  for (let done = 0; done < size; ) {
    const length = Math.min(buffer.length, size - done);
    const { bytesRead } = await source.read(buffer, 0, length, at + done);
    if (bytesRead === 0) throw new Error("a file of the recording became shorter");
    await target.writeFile(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}

function indexOf(file: FileIndex, from: number): Buffer {
  const entries = savedFrames(file, from).map(encodeEntry);
  const end = file.isComplete ? [] : [END.entry];
  return Buffer.concat([indexHead(), ...entries, ...end]);
}

function savedFrames({ frames }: FileIndex, from: number): IndexedFrame[] {
  return frames.filter(({ type, at }) => type !== FRAME.events || at >= from);
}
