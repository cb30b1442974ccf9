import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { hostname } from "node:os";
import { CorelensError } from "../errors.ts";
import { AccessToken, bearerOf } from "../util/access-token.ts";
import { isLoopback } from "../util/loopback.ts";
import { CONTENT_TYPE } from "./exposition.ts";

/**
 * Serves /metrics, leads there from /, and nothing else.
 *
 * A page of another site that runs in a browser on this machine may rebind its own name to this address and is "same
 * origin" then: only names that are surely ours pass as Host; an IP address cannot be rebound.
 */
export interface MetricsServerOptions {
  readonly listen: string;
  /** 0 is any free one. */
  readonly port: number;
  /** What a reader has to know; null when everybody who reaches the address may read. */
  readonly token: string | null;
}

/** Prometheus asks one request at a time; more connections than a few are not its. */
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_HEADERS = 8192;

/** What a request is answered with. */
interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class MetricsServer {
  readonly #server: Server;
  readonly #names: ReadonlySet<string>;
  readonly #token: AccessToken | null;
  readonly #options: MetricsServerOptions;
  readonly #collect: () => Promise<string>;

  constructor(options: MetricsServerOptions, collect: () => Promise<string>) {
    const { listen, token } = options;
    const own = isLoopback(listen) ? [] : [listen, hostname()];
    this.#names = new Set(["localhost", ...own].map((name) => name.toLowerCase()));
    this.#token = token === null ? null : new AccessToken(token);
    this.#options = options;
    this.#collect = collect;
    const limits = { maxHeaderSize: MAX_HEADERS, requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * Begins to serve.
   * @returns the address to scrape
   * @throws CorelensError ADDRESS_UNUSABLE
   */
  async listen(): Promise<string> {
    const { listen, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause: NodeJS.ErrnoException) => {
        const message = `cannot listen at ${listen}, port ${port}: ${cause.code ?? cause.message}`;
        reject(new CorelensError("ADDRESS_UNUSABLE", message, undefined, { cause }));
      });
      this.#server.listen(port, listen, resolve);
    });
    const { port: chosen } = this.#server.address() as AddressInfo;
    return `http://${listen.includes(":") ? `[${listen}]` : listen}:${chosen}/metrics`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, headers = {} } = await this.#answer(request);
    response.writeHead(status, {
      "Content-Type": status === 200 ? CONTENT_TYPE : "text/plain; charset=utf-8",
      "Content-Length": Buffer.byteLength(body),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #answer({ method, url = "", headers }: IncomingMessage): Promise<Answer> {
    if (!this.#isOwn(headers.host)) {
      return { status: 421, body: "This is not the name of this machine.\n" };
    }
    const [path] = url.split("?", 1);
    if (path === "/") {
      return { status: 302, body: "Metrics are at /metrics.\n", headers: { Location: "/metrics" } };
    }
    if (path !== "/metrics") {
      return { status: 404, body: "There is only /metrics here.\n" };
    }
    if (method !== "GET" && method !== "HEAD") {
      return { status: 405, body: "Metrics can only be read.\n", headers: { Allow: "GET, HEAD" } };
    }
    if (this.#token?.accepts(bearerOf(headers)) === false) {
      const body = "A token is needed: Authorization: Bearer …\n";
      return { status: 401, body, headers: { "WWW-Authenticate": "Bearer" } };
    }
    return { status: 200, body: await this.#collect() };
  }

  #isOwn(host: string | undefined): boolean {
    const name = (host ?? "").toLowerCase().replace(/:\d+$/, "");
    return isIP(name.replace(/^\[|\]$/g, "")) !== 0 || this.#names.has(name);
  }
}
