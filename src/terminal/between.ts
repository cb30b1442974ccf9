import { parseBetween } from "../model/intervals/between.ts";
import { IntervalSource, PER_THREAD } from "../model/intervals/interval-source.ts";
import { SelectedSource } from "../session/source/selected-source.ts";
import type { Derivation } from "./derivation.ts";

/**
 * The intervals between two tracepoints.
 * @param text `FROM..TO`, both with a query in brackets or without
 * @param per what both events have in common: `thread`, `peer` or the name of a field
 * @throws CorelensError USAGE; QueryError QUERY_SYNTAX
 */
export function intervalsOf(text: string, per = PER_THREAD): Derivation {
  const between = parseBetween(text);
  const { from, to, name } = between;
  const ends = {
    patterns: [...new Set([from.tracepoint, to.tracepoint])],
    fields: null,
    where: null,
  };
  return {
    patterns: [name],
    byDefault: {
      mean: ["duration_ns"],
      quantiles: ["duration_ns"],
      max: ["duration_ns"],
    },
    traced: () => ends,
    derive(source, { fields, where }, kinds = source.kinds) {
      const made = new IntervalSource(new SelectedSource(source, kinds, ends), between, per);
      return new SelectedSource(made, made.kinds, { patterns: [name], fields, where });
    },
  };
}
