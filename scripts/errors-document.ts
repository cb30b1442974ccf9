import { ERRORS, EXIT_STATUSES } from "#src/errors.js";
import { code, row } from "./markdown.ts";

const INTRO = `# Errors

Every refusal has a stable code, and the command ends with the exit status of its kind.
`;

/** docs/errors.md, from the tables of errors and exit statuses. */
export function errorsDocument(): string {
  const errors = Object.entries(ERRORS)
    .sort(([, a], [, b]) => a.exit - b.exit)
    .map(([name, { exit, meaning, cure }]) => row([code(name), exit, meaning, cure]));
  return [
    INTRO,
    "\n| status | meaning |\n|---|---|\n",
    ...Object.entries(EXIT_STATUSES).map(row),
    "\n| code | status | what it means | what to do |\n|---|---|---|---|\n",
    ...errors,
  ].join("");
}
