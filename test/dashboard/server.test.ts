import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import WebSocket from "ws";
import { toWire } from "../../src/dashboard/protocol/wire.ts";
import { SECTIONS } from "../../src/model/sections.ts";
import { BEGIN, event, message } from "../model/events.ts";
import { Serving } from "./serving.ts";

type Headers = Record<string, string>;

/** The status of a request with these headers. */
async function statusOf({ app }: Serving, url: string, headers: Headers = {}): Promise<number> {
  return (await app.inject({ url, headers: { host: "127.0.0.1:8480", ...headers } })).statusCode;
}

describe("a client on this machine", () => {
  it("gets the same document for the path of every page", async () => {
    const serving = await Serving.begin();
    for (const url of ["/", "/peers", "/peers?sort=id"]) {
      const reply = await serving.app.inject({ url, headers: { host: "localhost" } });
      expect(reply.body, url).toBe("<p>page");
    }
    expect(await statusOf(serving, "/assets/none.js")).toBe(404);
    for (const url of ["/nonsense", "/peers/9", "/blocks/x/", "/__proto__", "/constructor"]) {
      expect(await statusOf(serving, url), url).toBe(404);
    }
    for (const url of ["/blocks/", "/peers//?peer=1"]) {
      expect(await statusOf(serving, url), url).toBe(200);
    }
    expect(await statusOf(serving, "/api/none")).toBe(404);
  });

  it("gets the data of the pages as JSON: each section, its charts and its description", async () => {
    const serving = await Serving.begin();
    const get = async (url: string) =>
      (await serving.app.inject({ url, headers: { host: "localhost" } })).json();
    for (const section of SECTIONS) {
      const plain = JSON.parse(JSON.stringify(toWire(serving.picture.view(section))));
      expect(await get(`/api/view/${section}`)).toEqual(plain);
    }
    expect((await get("/api/status")).headline.status).toBe("ok");
    expect((await get("/api/history/mempool?scale=1h")).step).toBe(10_000);
    const { paths } = await get("/api/openapi.json");
    expect(Object.keys(paths).sort()).toEqual([
      "/api/events",
      "/api/history/{section}",
      "/api/incidents",
      "/api/openapi.json",
      "/api/peers/{peer}",
      "/api/recordings",
      "/api/recordings/last",
      "/api/recordings/{name}",
      "/api/setup",
      "/api/status",
      "/api/view/{section}",
      "/metrics",
    ]);
  });

  it("gets incidents, all or those of a kind or since a time", async () => {
    const serving = await Serving.begin();
    const misbehaved = (peer_id: number, at: number) =>
      serving.picture.see(event("net:misbehaving_connection", at, { peer_id, reason: "bad" }));
    misbehaved(998, 70_000);
    misbehaved(999, 80_000);
    const get = async (query: string) => {
      const url = `/api/incidents${query}`;
      return (await serving.app.inject({ url, headers: { host: "localhost" } })).json();
    };
    const { incidents, totals } = await get("?kind=misbehaviour");
    expect(totals.misbehaviour).toBeGreaterThanOrEqual(2);
    expect(incidents[0]).toMatchObject({
      ...{ kind: "misbehaviour", severity: "info", begin: BEGIN + 80_000, end: BEGIN + 80_000 },
      object: { kind: "peer", id: 999 },
      text: "Peer 999 misbehaved: bad",
      evidence: { from: BEGIN + 80_000, figures: { reason: "bad", address: null } },
    });
    const later = (await get(`?since=${BEGIN + 75_000}`)).incidents;
    expect(later.map(({ object }: { object: { id: number } }) => object.id)).toEqual([999]);
    expect((await get("?kind=stale_tip")).incidents).toEqual([]);
  });

  it("is refused with a malformed request", async () => {
    const serving = await Serving.begin();
    expect(await statusOf(serving, "/api/incidents?kind=accident")).toBe(400);
    expect(await statusOf(serving, "/api/incidents?since=yesterday")).toBe(400);
    expect(await statusOf(serving, "/api/view/__proto__")).toBe(400);
    expect(await statusOf(serving, "/api/history/mempool?scale=1y")).toBe(400);
  });

  it("gets pages that can run only their own script", async () => {
    const { app } = await Serving.begin();
    const { headers } = await app.inject({ url: "/", headers: { host: "localhost" } });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(headers["x-frame-options"]).toBe("SAMEORIGIN");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["strict-transport-security"]).toBeUndefined();
  });
});

describe("a page of another site", () => {
  it("that rebinds its name to this address is refused", async () => {
    const serving = await Serving.begin();
    for (const host of [
      "evil.example",
      "evil.example:8480",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
    ]) {
      expect(await statusOf(serving, "/api/status", { host }), host).toBe(421);
      expect(await statusOf(serving, "/", { host }), host).toBe(421);
    }
    for (const host of ["localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST"]) {
      expect(await statusOf(serving, "/", { host }), host).toBe(200);
    }
  });

  it("cannot read anything, by request or by WebSocket", async () => {
    const serving = await Serving.begin();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:9999" },
      { "sec-fetch-site": "cross-site" },
    ] as Headers[]) {
      expect(await statusOf(serving, "/api/status", headers), JSON.stringify(headers)).toBe(403);
    }
    const socket = new WebSocket(`ws://${serving.host}/api/live`, {
      origin: "https://evil.example",
    });
    const refused = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.on("error", () => {});
    });
    expect(refused).toBe(403);
    expect(await statusOf(serving, "/api/status", { origin: "http://127.0.0.1:8480" })).toBe(200);
  });

  it("may link to the dashboard", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await statusOf(await Serving.begin(), "/", headers)).toBe(200);
  });
});

describe("with a token", () => {
  it("requests without it are refused, also those for metrics", async () => {
    const serving = await Serving.begin("secret");
    for (const url of ["/", "/api/status", "/api/live", "/metrics", "/?token=wrong", "/?token="]) {
      expect(await statusOf(serving, url), url).toBe(401);
    }
    expect(await statusOf(serving, "/api/status", { authorization: "Bearer secret" })).toBe(200);
    expect(await statusOf(serving, "/metrics", { authorization: "Bearer secret2" })).toBe(401);
  });

  it("the address opens the pages, which remove the token from it", async () => {
    const { app } = await Serving.begin("sécret");
    const opened = await app.inject({
      url: `/peers?token=${encodeURIComponent("sécret")}`,
      headers: { host: "10.0.0.1" },
    });
    expect(opened.statusCode).toBe(303);
    expect(opened.headers.location).toBe("/peers");
    const cookie = String(opened.headers["set-cookie"]);
    expect(cookie).toContain("HttpOnly; SameSite=Strict");
    const next = await app.inject({
      url: "/api/status",
      headers: { host: "10.0.0.1", cookie: `other=1; ${cookie.split(";")[0]}` },
    });
    expect(next.statusCode).toBe(200);
  });

  it("any name of this machine is accepted, since a rebound name does not have the token", async () => {
    const serving = await Serving.begin("t");
    const headers = { host: "node.example:8480", authorization: "Bearer t" };
    expect(await statusOf(serving, "/api/status", headers)).toBe(200);
    expect(await statusOf(serving, "/api/status", { host: "evil.example" })).toBe(401);
  });

  it("a redirect stays on this server", async () => {
    const { app } = await Serving.begin("t");
    const opened = await app.inject({
      url: "//evil.example/?token=t",
      headers: { host: "10.0.0.1" },
    });
    expect(opened.headers.location).toBe("/evil.example/");
  });
});

it("names that peers choose leave the server as text", async () => {
  const serving = await Serving.begin();
  const evil = '<img src=x onerror=alert(1)>"\u2028</script>';
  serving.picture.see({ ...message("inbound", 61_000, 777, evil), address: evil });
  const reply = await serving.app.inject({
    url: "/api/view/peers",
    headers: { host: "localhost" },
  });
  expect(reply.headers["content-type"]).toMatch(/^application\/json/);
  expect(reply.headers["x-content-type-options"]).toBe("nosniff");
  expect(reply.body).toContain(JSON.stringify(evil).slice(1, 20));
});

it("the server ends a request that never ends, and the connection of an unwanted body", async () => {
  const { app, host } = await Serving.begin();
  expect(app.server.headersTimeout).toBe(10_000);
  expect(app.server.requestTimeout).toBe(3_600_000);
  const socket = connect(Number(host.split(":")[1]), "127.0.0.1");
  socket.write(`GET /api/status HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 99\r\n\r\nx`);
  socket.resume();
  await once(socket, "close");
});
