import type { Operand } from "./argument.ts";
import type { ParsedOperand } from "./operand.ts";

const WORD = 8;

/**
 * Returns the location of each word of a wide value, the lowest first, or the reason why it is unknown.
 * @param operand the location of the lowest word
 * @param bytes the value's width
 * @param highWord finds the register that holds the high word of a value whose low word is in `register`
 */
export function wordsOf(
  operand: Operand,
  bytes: number,
  highWord: (register: string) => ParsedOperand,
): readonly Operand[] | Extract<ParsedOperand, { kind: "unreadable" }> {
  const count = Math.ceil(bytes / WORD);
  switch (operand.kind) {
    case "memory":
      return Array.from({ length: count }, (_, word) => ({
        ...operand,
        displacement: operand.displacement + WORD * word,
      }));
    case "constant":
      // The shift extends a negative constant by its sign.
      return Array.from({ length: count }, (_, word) => ({
        kind: "constant",
        value: BigInt.asUintN(64, operand.value >> BigInt(64 * word)),
      }));
    case "register": {
      if (count === 1) return [operand];
      if (count > 2) {
        return { kind: "unreadable", reason: `${bytes} bytes do not fit into a pair of registers` };
      }
      const high = highWord(operand.register.name);
      return high.kind === "unreadable" ? high : [operand, high];
    }
  }
}
