import type { LineStyle } from "../text/line-tool.ts";
import { painter } from "../text/paint.ts";
import { Output } from "./output.ts";

/** The format of a tool's lines on this output. */
export function lineStyle({ json = false }: { readonly json?: boolean }): LineStyle {
  return { json, paint: painter(!json && new Output().hasColour) };
}
