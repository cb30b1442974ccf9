/** As whom a node is asked. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Where a node's RPC server listens, and what it wants to be told. */
export interface RpcAccess extends Login {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Finds out how a node can be asked, at the time: a node that was started again has another cookie, and can listen
 * elsewhere.
 * @throws CorelensError NODE_NOT_FOUND, NODE_AMBIGUOUS, RPC_UNREACHABLE, RPC_NO_CREDENTIALS, …
 */
export type FindAccess = () => RpcAccess | Promise<RpcAccess>;

/** `127.0.0.1:8332`, `[::1]:8332` */
export function addressText({ host, port }: Pick<RpcAccess, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
