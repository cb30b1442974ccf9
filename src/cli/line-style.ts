import type { LineStyle } from "../tools/line-tool.ts";
import { painter } from "../tools/paint.ts";
import { Output } from "./output.ts";

/** How a tool's lines look on this output. */
export function lineStyle({ json = false }: { readonly json?: boolean }): LineStyle {
  return { json, paint: painter(!json && new Output().hasColour) };
}
