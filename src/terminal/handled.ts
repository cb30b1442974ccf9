import { CorelensError } from "../errors.ts";
import { CAUSING } from "../model/causes/caused-source.ts";
import { HANDLED, HandledSource } from "../model/causes/handled-source.ts";
import { EFFECTS } from "../model/causes/rules.ts";
import { SelectedSource } from "../session/source/selected-source.ts";
import type { Derivation } from "./derivation.ts";

/** Coins are added and spent before their block is connected, which is an effect, too. */
const TRACED = [...CAUSING, ...Object.keys(EFFECTS)].filter(
  (name) => !/^utxocache:(add|spent|uncache)$/.test(name),
);

/** The messages that the node received and handled, with the time that this took. */
export const HANDLED_MESSAGES: Derivation = {
  patterns: [HANDLED],
  byDefault: {
    by: ["msg_type"],
    sum: ["at_least_ns", "at_most_ns"],
    max: ["at_least_ns"],
  },
  // No release has all of them.
  traced: () => ({ patterns: TRACED, fields: null, where: null, anyOf: true }),
  derive(source, { fields, where }, kinds = source.kinds) {
    if (kinds.length > 0 && !kinds.some(({ name }) => name === CAUSING[0])) {
      throw new CorelensError("TRACEPOINT_UNKNOWN", `there are no events of ${CAUSING[0]}`);
    }
    const handled = new HandledSource(source);
    const made = handled.kinds;
    return new SelectedSource(handled, made, { patterns: [HANDLED], fields, where });
  },
};
