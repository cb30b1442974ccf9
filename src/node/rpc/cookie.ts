import { statSync } from "node:fs";
import { CorelensError } from "../../errors.ts";
import { readSmallFile } from "../process/as-user.ts";
import type { Login } from "./access.ts";

/**
 * The user and password that a node writes anew at each start: `__cookie__:5d3f…`. Any other content is refused, so
 * that no other file is ever sent anywhere in its place.
 * @param path where it can be opened
 * @param shownPath what messages call it
 * @throws CorelensError RPC_NO_CREDENTIALS; RPC_UNREACHABLE where there is none: a node removes it when it ends
 */
export function readCookie(path: string, shownPath = path): Login {
  if (isMissing(path)) {
    throw new CorelensError(
      "RPC_UNREACHABLE",
      `there is no cookie ${shownPath}: the node does not run, or has only just begun`,
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
      "name the file .cookie in the directory of the node's network",
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
