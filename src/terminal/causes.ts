import {
  CAUSE_FIELDS,
  CAUSING,
  CausedSource,
  withCauseFields,
} from "../model/causes/caused-source.ts";
import { SelectedSource } from "../session/source/selected-source.ts";
import type { Derivation } from "./derivation.ts";

/** Events with the message that caused them, which the query can test. */
export const CAUSES: Derivation = {
  patterns: null,
  /** The messages, too, and everything that the query tests. */
  traced({ patterns, fields }) {
    const wantsPayload =
      fields?.some((name) => name === "*" || /(^|\.)payload$/.test(name)) ?? false;
    return {
      patterns: patterns.length > 0 ? [...patterns, ...CAUSING] : [],
      fields: wantsPayload ? ["*"] : null,
      where: null,
    };
  },
  derive(source, { patterns, fields, where }, kinds = source.kinds) {
    const caused = new CausedSource(source);
    const names = CAUSE_FIELDS.map(({ name }) => name);
    return new SelectedSource(caused, kinds.map(withCauseFields), {
      patterns,
      fields: fields === null ? null : [...fields, ...names],
      where,
    });
  },
};
