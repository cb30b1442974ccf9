import { statSync } from "node:fs";
import { CorelensError } from "../../errors.ts";
import { readSmallFile } from "../process/as-user.ts";
import type { Login } from "./access.ts";

/**
 * Reads the user and password that a node generates at each start: `__cookie__:5d3f…`. Any other content is rejected,
 * so that corelens never sends the content of another file.
 * @param path the path by which this process can open the file
 * @param shownPath the path to show in messages
 * @throws CorelensError RPC_NO_CREDENTIALS; RPC_UNREACHABLE if there is no file, as a node removes it when it ends
 */
export function readCookie(path: string, shownPath = path): Login {
  if (isMissing(path)) {
    throw new CorelensError(
      "RPC_UNREACHABLE",
      `the cookie ${shownPath} does not exist: the node is not running, or has just started`,
    );
  }
  const text = readSmallFile(path);
  if (text === null) {
    throw new CorelensError("RPC_NO_CREDENTIALS", `the cookie ${shownPath} cannot be read`);
  }
  const [, user, password] = /^(__cookie__):([0-9a-f]{64})\s*$/.exec(text) ?? [];
  if (!user || !password) {
    throw new CorelensError(
      "RPC_NO_CREDENTIALS",
      `${shownPath} is not the cookie of a node`,
      "name the .cookie file in the directory of the node's network",
    );
  }
  return { user, password };
}

function isMissing(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
