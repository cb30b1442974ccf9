import { ERRORS, EXIT_STATUSES } from "../../errors.ts";
import type { ListingStyle } from "../../terminal/listing.ts";
import { hang } from "../../text/fill.ts";

/** Every exit status with its errors, their meanings and cures. */
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

/** The same for programs. */
export function errorsJson(): Record<string, unknown> {
  const errors = Object.entries(ERRORS).map(([code, { exit, meaning, cure }]) => ({
    code,
    exit_status: exit,
    meaning,
    cure,
  }));
  return { exit_statuses: EXIT_STATUSES, errors };
}

const CODE_WIDTH = Math.max(...Object.keys(ERRORS).map((code) => code.length));
