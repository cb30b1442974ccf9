import { CorelensError } from "../errors.ts";
import { addressText } from "../node/rpc/access.ts";
import { findRpc } from "../node/rpc/find-rpc.ts";
import { type DoctorFinding, ok, warning } from "./finding.ts";

/** Whether RPC can reach the node. This reads its files and sockets and calls nothing; tracing does not need RPC. */
export function examineRpc(pid: number): DoctorFinding {
  const TOPIC = "rpc";
  try {
    const access = findRpc({ pid });
    const as =
      access.user === "__cookie__" ? "its cookie file is readable" : `as user ${access.user}`;
    return ok(TOPIC, `the node listens at ${addressText(access)}, ${as}`);
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    const { code, message, cure } = error;
    return warning(TOPIC, `\`corelens state\` does not work: ${code}: ${message}`, cure);
  }
}
