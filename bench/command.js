/** Running other programs. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<string>} its standard output
 * @throws when it cannot be started or fails
 */
export async function run(program, args) {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 << 20 });
  return stdout;
}

/** @param {string} program */
export function isInstalled(program) {
  return (process.env.PATH ?? "")
    .split(":")
    .some((directory) => isExecutable(join(directory, program)));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
