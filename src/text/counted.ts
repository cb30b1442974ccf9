import { groupedText } from "./format.ts";

/** `1 site`, `2 sites`, `1,234 sites` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${groupedText(count)} ${count === 1 ? noun : plural}`;
}
