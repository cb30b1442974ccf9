import { CorelensError } from "../../errors.ts";
import { CHAINS } from "../config/chain.ts";
import type { RpcAddress } from "../config/configuration.ts";
import type { Login } from "./access.ts";

/**
 * Parses the address of an RPC server, optionally with credentials: `http://user:password@127.0.0.1:8332`
 * @throws CorelensError USAGE
 */
export function parseRpcUrl(text: string): { address: RpcAddress; login: Login | null } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "http:" || url.hostname === "") {
    throw new CorelensError(
      "USAGE",
      `${withoutPassword(text)} is not the address of an RPC server`,
      "use the form http://127.0.0.1:8332",
    );
  }
  const { username, password, hostname } = url;
  return {
    address: {
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      // URL omits the default port of HTTP.
      port: Number(url.port || (/:80\/?$/.test(text) ? 80 : CHAINS.main.rpcPort)),
    },
    login: password === "" ? null : { user: decoded(username), password: decoded(password) },
  };
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/.*@/, "//");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
