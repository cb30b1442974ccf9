import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { TICK_MS } from "../../src/dashboard/hub.ts";
import { until } from "../helpers/stream.ts";
import { event, message } from "../model/events.ts";
import { Serving } from "./serving.ts";

interface Part {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A reader of a stream of events, like EventSource. */
class Reader {
  readonly #request: ClientRequest;
  response!: IncomingMessage;
  text = "";
  ended = false;

  private constructor(request: ClientRequest) {
    this.#request = request;
    request.on("error", () => {});
  }

  static async open(
    serving: Serving,
    query: Readonly<Record<string, string>> = {},
    headers: Record<string, string> = {},
  ): Promise<Reader> {
    const url = `http://${serving.host}/api/events?${new URLSearchParams(query)}`;
    const reader = new Reader(get(url, { headers, agent: false }));
    onTestFinished(() => reader.abort());
    const [response] = (await once(reader.#request, "response")) as [IncomingMessage];
    reader.response = response;
    response.on("error", () => {});
    return reader;
  }

  get status(): number {
    return this.response.statusCode!;
  }

  read(): this {
    this.response.setEncoding("utf8");
    this.response.on("data", (text) => {
      this.text += text;
    });
    this.response.on("end", () => {
      this.ended = true;
    });
    return this;
  }

  /** The messages received so far, without comments. */
  parts(): Part[] {
    return this.text
      .split("\n\n")
      .slice(0, -1)
      .map((text) => Object.fromEntries(text.split("\n").map((line) => line.split(/: (.*)/, 2))))
      .filter(({ data }) => data !== undefined)
      .map(({ event = "message", data }) => ({ event, data: JSON.parse(data) }));
  }

  async json(): Promise<Record<string, unknown>> {
    this.read();
    await until("the answer ends", () => this.ended);
    return JSON.parse(this.text);
  }

  abort(): void {
    this.#request.destroy();
  }
}

const tick = ({ hub }: Serving, now = Date.now()) => hub.tick(now);

/** A stream that passes events to its reader at once. */
const pings = (count: number) =>
  Array.from({ length: count }, (_, i) => message("inbound", i, i, "ping", 8));

describe("a stream of events", () => {
  it("has the lines of `corelens trace --json` that pass the query, and every notice", async () => {
    const serving = await Serving.begin();
    const query = { tracepoints: "net:*_message, mempool:*", where: "size > 50" };
    const reader = (await Reader.open(serving, query)).read();
    expect(reader.status).toBe(200);
    expect(reader.response.headers["content-type"]).toBe("text/event-stream");
    expect(reader.response.headers["x-content-type-options"]).toBe("nosniff");
    const large = message("inbound", 1, 7, "tx", 2 ** 33);
    serving.hub.see([
      message("inbound", 0, 1, "tx", 50),
      { ...large, size: 2n ** 60n + 1n } as typeof large,
      event("validation:block_connected", 1, {
        ...{ size: 60, hash: "00".repeat(32), height: 1, transactions: 1, inputs: 0 },
        ...{ sigops_cost: 0, sigops: 0, duration_ns: 1000 },
      }),
      {
        tracepoint: "corelens:lost",
        time: large.time,
        lost_tracepoint: "net:inbound_message",
        lost: 3,
      },
    ]);
    await until("two came", () => reader.parts().length === 2);
    expect(reader.parts()).toMatchObject([
      {
        event: "message",
        data: { peer_id: 7, size: "1152921504606846977", time: "2026-01-01T00:00:00.001000Z" },
      },
      { event: "message", data: { tracepoint: "corelens:lost", lost: 3 } },
    ]);
  });

  it("with a wrong query is refused with the error and its place", async () => {
    const serving = await Serving.begin();
    const refusalOf = async (query: Record<string, string>) => {
      const reader = await Reader.open(serving, query);
      expect(reader.status).toBe(400);
      return reader.json();
    };
    expect(await refusalOf({ where: "sizes > 3", tracepoints: "net:*" })).toMatchObject({
      code: "QUERY_TYPE",
      cure: expect.stringContaining("size"),
      excerpt: ["sizes > 3", "^^^^^"],
    });
    expect(await refusalOf({ where: "size >" })).toMatchObject({ code: "QUERY_SYNTAX" });
    expect(await refusalOf({ tracepoints: "nte:inbound_message" })).toMatchObject({
      code: "TRACEPOINT_UNKNOWN",
      excerpt: null,
    });
    expect(await refusalOf({ were: "size > 3" })).toMatchObject({
      code: "USAGE",
      message: "there is no parameter were",
    });
    expect(serving.hub.queries).toBe(0);
  });

  it("has the access rules of the pages", async () => {
    const open = await Serving.begin();
    const statusOf = async (serving: Serving, headers: Record<string, string>) =>
      (await Reader.open(serving, {}, headers)).status;
    expect(await statusOf(open, { origin: "https://evil.example" })).toBe(403);
    expect(await statusOf(open, { host: "evil.example" })).toBe(421);
    const closed = await Serving.begin("secret");
    expect(await statusOf(closed, {})).toBe(401);
    expect(await statusOf(closed, { authorization: "Bearer secret" })).toBe(200);
  });

  it("waits for a node, and ends with the reason if the node does not have its events", async () => {
    const serving = await Serving.begin();
    serving.hub.replaceModel(serving.picture);
    const reader = (await Reader.open(serving, { tracepoints: "net:*" })).read();
    serving.hub.learn([
      ...serving.hub.kinds,
      { name: "net:later", fields: [{ name: "x", type: "int64", meaning: "" }] },
    ]);
    serving.hub.see([event("net:later", 1, { x: 1 })]);
    await until("it came", () => reader.parts().length === 1);
  });

  it("reports to a slow reader which events were skipped, once it reads again", async () => {
    const serving = await Serving.begin();
    const reader = await Reader.open(serving, { tracepoints: "net:*" });
    const other = (await Reader.open(serving, { where: 'msg_type == "pong"' })).read();
    const before = process.memoryUsage();
    const batch = pings(2000);
    let now = Date.now();
    for (let i = 0; i < 150; i++) {
      serving.hub.see(batch);
      serving.hub.see([message("inbound", 1, 1, "pong", 8)]);
      now += TICK_MS;
      tick(serving, now);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { rss } = process.memoryUsage();
    // 300,000 events are 70 MB; the buffers of sockets do not belong to this process.
    expect(rss - before.rss).toBeLessThan(60e6);
    await until("the other has all", () => other.parts().length === 150);
    reader.read();
    const skippedOf = () =>
      reader
        .parts()
        .filter(({ event }) => event === "skipped")
        .map(({ data }) => (data.skipped as Record<string, number>)["net:inbound_message"]!);
    await until("it is told", () => {
      now++;
      tick(serving, now);
      return skippedOf().length > 0;
    });
    const delivered = () => reader.parts().filter(({ event }) => event === "message").length;
    const skipped = skippedOf().reduce((sum, count) => sum + count, 0);
    expect(skipped).toBeGreaterThan(100_000);
    expect(delivered() + skipped).toBe(150 * 2001);
    serving.hub.see(pings(1));
    await until("it goes on", () => delivered() + skipped === 150 * 2001 + 1);
  }, 60_000);

  it("sends and tests a bounded number of events and reports the others", async () => {
    const serving = await Serving.begin();
    const reader = (await Reader.open(serving, { where: "size < 10" })).read();
    serving.hub.see(pings(10_050));
    tick(serving);
    await until("it is told", () => reader.parts().some(({ event }) => event === "skipped"));
    expect(reader.parts().at(-1)!.data).toEqual({
      skipped: { "net:inbound_message": 7500 },
      untested: { "net:inbound_message": 50 },
    });
    expect(reader.parts()).toHaveLength(2501);
  });

  it("sends comments while no events come", async () => {
    const serving = await Serving.begin();
    const reader = (await Reader.open(serving)).read();
    for (let i = 0; i < 60; i++) tick(serving);
    await until("a sign of life", () => reader.text.includes(": keep-alive"));
    expect(reader.parts()).toEqual([]);
  });

  it("ends when its reader leaves or does not read for a minute, or when the dashboard ends", async () => {
    const serving = await Serving.begin();
    const [gone, stalled, last] = await Promise.all([
      Reader.open(serving),
      Reader.open(serving),
      Reader.open(serving),
    ]);
    last.read();
    expect(serving.hub.queries).toBe(3);
    gone.abort();
    await until("one is gone", () => serving.hub.queries === 2);
    let now = Date.now();
    await until("one is given up", () => {
      serving.hub.see(pings(2000));
      now += 1000;
      tick(serving, now);
      return serving.hub.queries === 1;
    });
    stalled.read();
    serving.hub.close();
    await until("the last is ended", () => last.ended && serving.hub.queries === 0);
    expect(last.response.complete).toBe(true);
  }, 60_000);

  it("is refused when eight queries are running", async () => {
    const serving = await Serving.begin();
    const readers: Reader[] = [];
    for (let i = 0; i < 10; i++) {
      readers.push(...(await Promise.all(Array.from({ length: 100 }, () => Reader.open(serving)))));
    }
    const refused = readers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(992);
    expect(refused[0]!.response.headers["retry-after"]).toBe("10");
    expect(await refused[0]!.json()).toMatchObject({ code: "USAGE" });
    const browser = await serving.open();
    browser.send({ tail: { tracepoints: [], where: null } });
    expect(await browser.next("refused")).toMatchObject({ code: "USAGE" });
    readers.find(({ status }) => status === 200)!.abort();
    await until("there is room", () => serving.hub.queries === 7);
    expect((await Reader.open(serving)).status).toBe(200);
  }, 60_000);
});
