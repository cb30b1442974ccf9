import { counted } from "../text/counted.ts";
import type { IncompleteUnit } from "./file-summary.ts";

/** `node.corelens ends within a frame: 1234 bytes at byte 56789 omitted` */
export function incompleteText({ path, unit, at, size }: IncompleteUnit): string {
  return `${path} ends within a ${unit}: ${counted(size, "byte")} at byte ${at} omitted`;
}
