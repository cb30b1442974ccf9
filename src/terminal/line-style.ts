import type { LineStyle } from "../text/line-tool.ts";
import { painter } from "../text/paint.ts";
import { Output } from "./output.ts";

/** How a tool's lines look on this output. */
export function lineStyle({ json = false }: { readonly json?: boolean }): LineStyle {
  return { json, paint: painter(!json && new Output().hasColour) };
}
