import { counted } from "../text/counted.ts";
import type { IncompleteUnit } from "./file-summary.ts";

/** `node.corelens ends in the midst of a frame: 1234 bytes at byte 56789 are left out` */
export function incompleteText({ path, unit, at, size }: IncompleteUnit): string {
  return `${path} ends in the midst of a ${unit}: ${counted(size, "byte")} at byte ${at} left out`;
}
