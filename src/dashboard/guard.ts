import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { AccessToken, bearerOf } from "../util/access-token.ts";

/** Why access is denied; null when it is allowed. */
type Denial = { readonly status: 401 | 403 | 421; readonly message: string } | null;

const COOKIE = "corelens_token";

/**
 * Who may read. A page of another site runs in a browser on this machine or beside it, and must not:
 *
 * - it may rebind its own name to this address, and then is "same origin": so without a token only localhost and IP
 *   addresses pass as Host, which cannot be rebound; a browser that came by another name has no token for it;
 * - it may open a WebSocket, which no same-origin rule covers: so Origin must be where the page was served from;
 * - everybody on a network can reach an address that is no loopback: so there a token is needed.
 */
export class Guard {
  readonly #token: AccessToken | null;

  /** @param token null when everybody who reaches the address may read */
  constructor(token: string | null) {
    this.#token = token === null ? null : new AccessToken(token);
  }

  /** @param given the token in the address, if there is one */
  check(headers: IncomingHttpHeaders, given: string | null): Denial {
    const { host, origin } = headers;
    if (host === undefined || (this.#token === null && !cannotBeRebound(host))) {
      const message =
        "This is not the name of this machine. Open it by its address or as localhost.";
      return { status: 421, message };
    }
    const isForeign = origin !== undefined && hostOf(origin) !== host.toLowerCase();
    if (isForeign || headers["sec-fetch-site"] === "cross-site") {
      // A link from elsewhere to a page is no danger: what it loads is its own.
      const isNavigation = headers["sec-fetch-mode"] === "navigate" && origin === undefined;
      if (!isNavigation) return { status: 403, message: "Pages of other sites may not read this." };
    }
    if (this.#token === null) return null;
    if (this.accepts(given) || this.accepts(bearerOf(headers)) || this.accepts(cookieOf(headers))) {
      return null;
    }
    return { status: 401, message: "A token is needed: open the address that corelens printed." };
  }

  accepts(token: string | null): boolean {
    return this.#token?.accepts(token) === true;
  }

  /** What makes the browser send the token from now on. */
  cookie(token: string): string {
    return `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

function cannotBeRebound(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return name === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
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
