import { styleText } from "node:util";

const STYLES = {
  strong: "bold",
  name: "cyan",
  faint: "gray",
  ok: "green",
  warning: "yellow",
  problem: "red",
  selected: "inverse",
} as const;

/** Adds a style's colour codes to text; returns the text unchanged when colours are off. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

export function painter(colour: boolean): Paint {
  return colour
    ? (style, text) => styleText(STYLES[style], text, { validateStream: false })
    : (_, text) => text;
}
