import { open } from "node:fs/promises";

const MAGIC = "PAR1";
const FOOTER = 8;

/** Whether a file begins and ends as a Parquet file: a cut one does not end so. */
export async function isWhole(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { size } = await file.stat();
    if (size < MAGIC.length + FOOTER) return false;
    const begin = Buffer.alloc(MAGIC.length);
    const end = Buffer.alloc(FOOTER);
    await file.read(begin, 0, begin.length, 0);
    await file.read(end, 0, end.length, size - FOOTER);
    const isMarked = [begin, end.subarray(4)].every((bytes) => bytes.toString("latin1") === MAGIC);
    return isMarked && end.readUInt32LE(0) <= size - FOOTER - MAGIC.length;
  } finally {
    await file.close();
  }
}
