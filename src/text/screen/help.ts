import { hang } from "../fill.ts";
import { cut } from "./cells.ts";
import type { Area, Help } from "./screen-tool.ts";

const FRAME_KEYS = [
  ["?", "this help"],
  ["q, Ctrl-C", "quit; Ctrl-Z: suspend until fg"],
] as const;

/** Keys with their meanings, then the notes. Long help is scrolled to line `top`. */
export function helpLines({ keys, notes }: Help, top: number, area: Area): string[] {
  const { columns, rows, paint } = area;
  const all = [...keys, ...FRAME_KEYS];
  const width = Math.max(...all.map(([key]) => key.length));
  const words = (text: string): string[] => text.split(" ").map((word) => cut(word, columns));
  const lines = [
    ...all.flatMap(([key, meaning]) =>
      hang(`${paint("name", key.padEnd(width))}  `, words(meaning), columns),
    ),
    "",
    ...notes.flatMap((note) => hang("", words(note), columns)),
  ];
  return lines.slice(Math.max(0, Math.min(top, lines.length - rows)));
}
