import { ERRORS, EXIT_STATUSES } from "../../errors.ts";
import type { ListingStyle } from "../../terminal/listing.ts";
import { hang } from "../../text/fill.ts";

/** Every exit status, with the errors that end with it, what they mean and their cures. */
export function errorTable({ paint, width }: ListingStyle): string[] {
  return Object.entries(EXIT_STATUSES).flatMap(([status, meaning]) => [
    `${paint("strong", `exit status ${status}`)}  ${meaning}`,
    ...Object.entries(ERRORS)
      .filter(([, { exit }]) => exit === Number(status))
      .flatMap(([code, { meaning, cure }]) => [
        ...hang(`  ${paint("name", code.padEnd(CODE_WIDTH))}  `, meaning.split(" "), width),
        ...hang(`${" ".repeat(CODE_WIDTH + 4)}→ `, cure.split(" "), width),
      ]),
    "",
  ]);
}

const CODE_WIDTH = Math.max(...Object.keys(ERRORS).map((code) => code.length));
