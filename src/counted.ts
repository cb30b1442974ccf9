import { groupedText } from "./format.ts";

/** `1 site`, `2 sites`, `1,234 sites` */
export function counted(count: number, noun: string): string {
  return `${groupedText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
