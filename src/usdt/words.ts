import type { Operand } from "./argument.ts";
import type { ParsedOperand } from "./operand.ts";

const WORD = 8;

/**
 * Where each word of a wide value lies, the lowest first; or why it is not known.
 * @param operand where the value begins
 * @param bytes the value's width
 * @param highWord the register with the high word of a value whose low word is in this one
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
      // A negative constant goes on with its sign.
      return Array.from({ length: count }, (_, word) => ({
        kind: "constant",
        value: BigInt.asUintN(64, operand.value >> BigInt(64 * word)),
      }));
    case "register": {
      if (count === 1) return [operand];
      if (count > 2) {
        return { kind: "unreadable", reason: `${bytes} bytes do not fit a pair of registers` };
      }
      const high = highWord(operand.register.name);
      return high.kind === "unreadable" ? high : [operand, high];
    }
  }
}
