import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { NOTHING } from "../../src/event/loss.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { compileSites } from "../helpers/assembly.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

/** As target.c makes them. */
const text = (length: number) =>
  Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i * 31 + (i >> 8));

const LARGEST = 4 << 20;

describeNeeding([rightsToTrace, compiler], "memory of the traced process", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  /** The event that a command of the program leads to. */
  async function traced(command: string, tracepoint: string, fields: string[]) {
    const target = await TargetProgram.start(path, { cwd: directory });
    const session = attach({ target: target.pid, tracepoints: [tracepoint], fields });
    await target.run(command);
    const events = withoutNotices(await everything(session));
    expect(events).toHaveLength(1);
    return { event: events[0]!, tally: session.tallies().get(tracepoint) };
  }

  const readText = async (command: string) => {
    const { event } = await traced(command, "test:text", ["arg0:string"]);
    const { arg0, truncated, unreadable } = event;
    return { arg0, truncated, unreadable };
  };

  it.each([0, 1, 7, 8, 9, 31, 32, 33, 62, 71, 72, 262, 264, 2000, 4094, 4095])(
    "has a complete text of %i bytes",
    async (n) => {
      expect(await readText(`text ${n}`)).toEqual({ arg0: text(n) });
    },
  );

  it.each([4096, 4097, 5000])(
    "has a text of %i bytes that is cut and reported as cut",
    async (length) => {
      expect(await readText(`text ${length}`)).toEqual({ arg0: text(4095), truncated: ["arg0"] });
    },
  );

  it.each([0, 1, 20, 31, 32, 33, 71, 72, 100, 263])(
    "has a text of %i bytes that ends where the mapped memory ends",
    async (length) => {
      expect(await readText(`text-before-gap ${length}`)).toEqual({ arg0: text(length) });
    },
  );

  it.each([5, 50, 100, 263, 4095])(
    "has a text of %i bytes on a page that is not resident",
    async (length) => {
      expect(await readText(`text-evicted ${length}`)).toEqual({ arg0: text(length) });
    },
  );

  it.each([39, 40, 60, 100, 263])(
    "has a text of %i bytes that continues on a page that is not resident",
    async (length) => {
      expect(await readText(`text-across-evicted ${length}`)).toEqual({ arg0: text(length) });
    },
  );

  it.each(["0", "8", "0x7fffffffffff", "-1"])("has no text at the address %s", async (address) => {
    expect(await readText(`text-at ${address}`)).toEqual({ arg0: null, unreadable: ["arg0"] });
  });

  it("has a text with characters beyond ASCII", async () => {
    expect(await readText("text-bytes grün")).toEqual({ arg0: "grün" });
  });

  const readMessage = async (command: string, fields = ["size", "payload", "msg_type"]) => {
    const { event, tally } = await traced(command, "net:inbound_message", fields);
    const { size, payload, msg_type, truncated, unreadable } = event;
    expect(msg_type).toBe("tx");
    return { size, payload: payload as Uint8Array | null, truncated, unreadable, tally };
  };

  it.each([0, 1, 255, 256, 257, 4096, 4097, 65_536, 65_537, 1 << 20, 4_000_000, LARGEST])(
    "has a payload of %i correct bytes",
    async (length) => {
      const message = await readMessage(`payload ${length}`);
      expect(message.size).toBe(length);
      expect(message.truncated).toBeUndefined();
      expect(message.payload).toHaveLength(length);
      expect(Buffer.compare(message.payload!, bytes(length))).toBe(0);
    },
  );

  it.each([
    [100, 80],
    [80, 80],
    [300, 257],
    [100_000, 4096],
    [100_000, 5000],
    [10, 0],
    [10, Number.POSITIVE_INFINITY],
  ])("has of a payload of %i bytes the first %i when these are enough", async (length, most) => {
    const target = await TargetProgram.start(path, { cwd: directory });
    const session = attach({
      ...{ target: target.pid, tracepoints: ["net:inbound_message"] },
      ...{ fields: ["payload"], maxPayload: most },
    });
    await target.run(`payload ${length}`);
    const [event] = withoutNotices(await everything(session));
    expect(event!.payload).toEqual(bytes(length).slice(0, most));
    expect(event!.truncated).toEqual(length > most ? ["payload"] : undefined);
  });

  it("has the first 4 MiB of a larger payload, which is reported as cut", async () => {
    const message = await readMessage(`payload ${LARGEST + 1}`);
    expect(message.size).toBe(LARGEST + 1);
    expect(message.truncated).toEqual(["payload"]);
    expect(message.payload).toHaveLength(LARGEST);
    expect(Buffer.compare(message.payload!, bytes(LARGEST))).toBe(0);
    expect(message.tally).toEqual({ ...NOTHING, delivered: 1, truncated: 1 });
  });

  it.each([100, 100_000, 1_000_000])(
    "has a payload of %i bytes that are not resident",
    async (length) => {
      const message = await readMessage(`payload-evicted ${length}`);
      expect(message.unreadable).toBeUndefined();
      expect(Buffer.compare(message.payload!, bytes(length))).toBe(0);
    },
  );

  it.each([100, 5000, 300_000])(
    "has no payload whose last of %i bytes is missing",
    async (length) => {
      const message = await readMessage(`payload-before-gap ${length}`);
      expect(message).toMatchObject({ size: length, payload: null, unreadable: ["payload"] });
      expect(message.tally).toEqual({ ...NOTHING, delivered: 1, unreadable: 1 });
    },
  );

  it("has no payload whose length cannot be read", async () => {
    const site = {
      name: "net:inbound_message",
      arguments: "-8@$7 8@%rbx 8@%rbx 8@%rbx 8@(%rcx) 8@%rbx",
      before: "mov $16, %ecx",
    };
    compileSites(join(directory, "no-length"), [site], "numbers: .quad 0");
    const target = await TargetProgram.start(join(directory, "no-length"));
    const session = attach({ target: target.pid, tracepoints: [site.name], fields: ["*"] });
    await target.run("");
    const events = withoutNotices(await everything(session));
    expect(events).toMatchObject([
      { peer_id: 7, size: null, payload: null, unreadable: ["size", "payload"] },
    ]);
  });
});
