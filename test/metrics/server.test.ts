import { request } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { MetricsServer } from "../../src/metrics/server.ts";
import { corelens } from "../cli/run-command.ts";

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function serve(token: string | null = null, listen = "127.0.0.1"): Promise<URL> {
  const server = new MetricsServer({ listen, port: 0, token }, async () => "up 1\n");
  onTestFinished(() => server.close());
  return new URL(await server.listen());
}

function ask(url: URL, path: string, { method = "GET", headers = {} }: Asked = {}) {
  return new Promise<{ status: number; body: string; type: string }>((resolve, reject) => {
    const { hostname: host, port } = url;
    const asking = request({ host, port, path, method, headers, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => {
        const type = String(response.headers["content-type"]);
        resolve({ status: response.statusCode ?? 0, body, type });
      });
    });
    asking.on("error", reject).end();
  });
}

it("the server serves only /metrics", async () => {
  const url = await serve();
  expect(await ask(url, "/metrics")).toEqual({
    ...{ status: 200, body: "up 1\n" },
    type: "text/plain; version=0.0.4; charset=utf-8",
  });
  expect(await ask(url, "/metrics?x=1")).toMatchObject({ status: 200 });
  expect(await ask(url, "/metrics", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  expect(await ask(url, "/metrics", { method: "POST" })).toMatchObject({ status: 405 });
  for (const path of ["/metrics/", "/../metrics.ts", "//metrics", "/%6detrics"]) {
    expect(await ask(url, path), path).toMatchObject({ status: 404 });
  }
});

it("the root redirects to the metrics", async () => {
  const url = await serve("secret");
  expect(await fetch(new URL("/", url), { redirect: "manual" })).toMatchObject({ status: 302 });
  const followed = await fetch(new URL("/", url), { headers: { authorization: "Bearer secret" } });
  expect(followed.url).toBe(url.href);
  expect(await followed.text()).toBe("up 1\n");
});

it("a page with a rebound DNS name gets no metrics", async () => {
  const url = await serve();
  const withHost = (host: string) => ask(url, "/metrics", { headers: { host } });
  for (const host of ["evil.example", "localhost.evil.example:9332", "127.0.0.1.evil.example"]) {
    expect(await withHost(host), host).toMatchObject({ status: 421 });
  }
  for (const host of ["localhost", "LOCALHOST:9332", "127.0.0.1:1", "[::1]:9332", "10.0.0.1"]) {
    expect(await withHost(host), host).toMatchObject({ status: 200 });
  }
});

it("a request without the token gets no metrics", async () => {
  const url = await serve("secret");
  const withToken = (authorization: string) => ask(url, "/metrics", { headers: { authorization } });
  expect(await ask(url, "/metrics")).toMatchObject({ status: 401 });
  expect(await withToken("Bearer wrong")).toMatchObject({ status: 401 });
  expect(await withToken("Basic secret")).toMatchObject({ status: 401 });
  expect(await withToken("Bearer secret")).toMatchObject({ status: 200 });
});

it("a non-loopback address needs a token or --allow-anyone", async () => {
  const refused = await corelens("metrics", "--listen", "0.0.0.0");
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toContain("other machines can reach 0.0.0.0");
  expect(refused.stderr).toContain("--allow-anyone");
});

it("a used port is an error", async () => {
  const { port } = await serve();
  const server = new MetricsServer(
    { listen: "127.0.0.1", port: Number(port), token: null },
    async () => "",
  );
  await expect(server.listen()).rejects.toMatchObject({ code: "ADDRESS_UNUSABLE", exitStatus: 2 });
});
