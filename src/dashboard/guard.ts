import type { IncomingHttpHeaders } from "node:http";
import { AccessToken, bearerOf } from "../util/access-token.ts";
import { isOwnHost } from "../util/http-server.ts";

/** Why access is denied; null when it is allowed. */
type Denial = { readonly status: 401 | 403 | 421; readonly message: string } | null;

const COOKIE = "corelens_token";

/**
 * Controls access. A page of another site runs in a browser that can reach this server, and must not read it:
 *
 * - It can bind its own name to this address (DNS rebinding). Without a token, only localhost and IP addresses are
 *   accepted as Host; with a token, the browser has none for another name.
 * - It can open a WebSocket, which no same-origin rule covers. So Origin must be the address of the page.
 * - Anyone on the network can reach an address that is not loopback. So a token is required there.
 */
export class Guard {
  readonly #token: AccessToken | null;

  /** @param token null when no token is required */
  constructor(token: string | null) {
    this.#token = token === null ? null : new AccessToken(token);
  }

  /** @param given the token in the address; null when there is none */
  check(headers: IncomingHttpHeaders, given: string | null): Denial {
    const { host, origin } = headers;
    if (host === undefined || (this.#token === null && !isOwnHost(host))) {
      const message = "Host not allowed: use the IP address of this machine or localhost";
      return { status: 421, message };
    }
    const isForeign = origin !== undefined && hostOf(origin) !== host.toLowerCase();
    if (isForeign || headers["sec-fetch-site"] === "cross-site") {
      // A link from another site to a page is safe: the other site cannot read the page.
      const isNavigation = headers["sec-fetch-mode"] === "navigate" && origin === undefined;
      if (!isNavigation) return { status: 403, message: "Origin not allowed" };
    }
    if (this.#token === null) return null;
    if (this.accepts(given) || this.accepts(bearerOf(headers)) || this.accepts(cookieOf(headers))) {
      return null;
    }
    return { status: 401, message: "A token is required: open the address that corelens printed" };
  }

  accepts(token: string | null): boolean {
    return this.#token?.accepts(token) === true;
  }

  /** The header Set-Cookie that makes the browser send the token with every request. */
  cookie(token: string): string {
    return `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** `localhost:8080` of `http://localhost:8080` */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

function cookieOf({ cookie }: IncomingHttpHeaders): string | null {
  const value = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(cookie ?? "")?.[1];
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}
