/** The credentials of an RPC user. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** The address and credentials of a node's RPC server. */
export interface RpcAccess extends Login {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Finds the current access to a node's RPC server. A restarted node has another cookie, and may listen at another
 * address.
 * @throws CorelensError NODE_NOT_FOUND, NODE_AMBIGUOUS, RPC_UNREACHABLE, RPC_NO_CREDENTIALS, …
 */
export type FindAccess = () => RpcAccess | Promise<RpcAccess>;

/** `127.0.0.1:8332`, `[::1]:8332` */
export function addressText({ host, port }: Pick<RpcAccess, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
