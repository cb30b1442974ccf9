import { SIGNATURE } from "./format.ts";
import { canBeCapture } from "./message-capture.ts";

/** What a file is, judged by its first bytes. */
export type FileForm =
  | { readonly kind: "recording" }
  /** Messages of -capturemessages. */
  | { readonly kind: "capture" }
  /** `name` completes "it is …". */
  | { readonly kind: "other"; readonly name: string; readonly cure: string };

/** Bytes that `formOf` needs. */
export const FORM_SIZE = 512;

const READABLE =
  "name a recording of `corelens record`, or msgs_recv.dat or msgs_sent.dat of bitcoind's -capturemessages";
const PACKETS = "use bitcoind's -capturemessages, which writes messages instead of packets";
const BLOCKS = "a file of blocks, as a node stores them";

/** Other files, by their first bytes. */
const MAGICS: readonly (readonly [magic: string, name: string, cure?: string])[] = [
  ["\x7fELF", "a program, a library or a core file (ELF)"],
  ["\x1f\x8b", "packed with gzip", "unpack it first: gunzip FILE"],
  ["\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first: zstd -d FILE"],
  ["\xfd7zXZ", "packed with xz", "unpack it first: unxz FILE"],
  ["BZh", "packed with bzip2", "unpack it first: bunzip2 FILE"],
  ["PK\x03\x04", "a zip archive", "unpack it first: unzip FILE"],
  ["\xd4\xc3\xb2\xa1", "a packet capture (pcap)", PACKETS],
  ["\xa1\xb2\xc3\xd4", "a packet capture (pcap)", PACKETS],
  ["\x4d\x3c\xb2\xa1", "a packet capture (pcap)", PACKETS],
  ["\x0a\x0d\x0d\x0a", "a packet capture (pcapng)", PACKETS],
  ["PAR1", "a Parquet table", "query it with DuckDB or pandas: see docs/recording.md"],
  ["SQLite format 3\0", "an SQLite database"],
  ["PERFILE2", "a file of perf record", "`perf report` reads it"],
  ["\xf9\xbe\xb4\xd9", BLOCKS],
  ["\x0b\x11\x09\x07", BLOCKS],
  ["\x1c\x16\x3f\x28", BLOCKS],
  ["\x0a\x03\xcf\x40", BLOCKS],
  ["\xfa\xbf\xb5\xda", BLOCKS],
];

/** @param bytes the first FORM_SIZE bytes of the file, or the whole file */
export function formOf(bytes: Buffer): FileForm {
  const other = (name: string, cure = READABLE): FileForm => ({ kind: "other", name, cure });
  if (bytes.length === 0) return other("empty");
  const text = bytes.toString("latin1");
  if (text.startsWith(SIGNATURE)) return { kind: "recording" };
  const magic = MAGICS.find(([magic]) => text.startsWith(magic));
  if (magic) return other(magic[1], magic[2]);
  if (canBeCapture(bytes)) return { kind: "capture" };
  if (SIGNATURE.startsWith(text)) return other("only the first bytes of a recording");
  if (/^\s*\{.*"tracepoint"/.test(text)) {
    return other(
      "events as lines of JSON, as --json prints them",
      "keep events with `corelens record` to read them again",
    );
  }
  if (isText(bytes)) return other(/^\s*[{[]/.test(text) ? "JSON" : "text");
  return other("of an unknown format");
}

function isText(bytes: Buffer): boolean {
  // The last character may be incomplete.
  const text = new TextDecoder("utf-8").decode(bytes, { stream: true });
  return !text.includes("\ufffd") && !bytes.some((byte) => byte < 32 && !TEXT_CONTROLS.has(byte));
}

/** Tabulator, line feed, vertical tabulator, form feed, carriage return, escape. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 27]);
