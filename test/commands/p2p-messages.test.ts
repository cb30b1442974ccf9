import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { P2pMessages } from "../../src/commands/p2p-messages/p2p-messages.ts";
import { MESSAGE_TRACEPOINTS } from "../../src/event/message.ts";
import {
  capturedMessage,
  capturePath,
  isCapturePath,
} from "../../src/recording/message-capture.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

const payload = Uint8Array.of(1, 2, 0xfe);

function message(fields: Readonly<Record<string, unknown>> = {}) {
  return event("net:outbound_message", {
    ...{ peer_id: 3, address: "[2001:db8::1]:8333", connection_type: "manual" },
    ...{ msg_type: "getcfcheckpt", size: 3, payload },
    ...fields,
  });
}

describe("complete messages as lines", () => {
  it("end with their payload", () => {
    const events = simulated({ tracepoints: MESSAGE_TRACEPOINTS, count: 3, payloads: true });
    expect(printed(new P2pMessages(TEXT), events)).toMatchInlineSnapshot(`
      "00:00:00.679324  out  version           102 B  peer 0       outbound-full-relay  198.51.100.170:8333  80110100080c00000000000000b9556900000000080c00000000000000000000000000000000ffffc63364aa208d080c00000000000000000000000000000000000000000000000031a2f953dffaf6a4102f5361746f7368693a33312e302e302fd0300e0001
      00:00:00.733437  in   version           102 B  peer 0       outbound-full-relay  198.51.100.170:8333  80110100090c000000000000fdb85569000000000000000000000000000000000000000000000000000000000000090c0000000000000000000000000000000000000000000000002e4d7bda71293d89102f5361746f7368693a32382e312e302fd0300e0001
      00:00:00.733439  out  wtxidrelay          0 B  peer 0       outbound-full-relay  198.51.100.170:8333
      "
    `);
    for (const [i, line] of objects(new P2pMessages(JSON_LINES), events).entries()) {
      expect(line).toMatchObject({ msg_type: events[i]!.msg_type, size: events[i]!.size });
      expect(line.payload).toBe(Buffer.from(events[i]!.payload as Uint8Array).toString("hex"));
      expect(line).not.toHaveProperty("payload_size");
    }
  });

  it("contain payloads of 4 MB completely", () => {
    const block = new Uint8Array(4_000_000).fill(0xab);
    const line = printed(new P2pMessages(TEXT), [message({ size: block.length, payload: block })]);
    expect(line.endsWith(`  ${"ab".repeat(4_000_000)}\n`)).toBe(true);
  });

  it("show both sizes if the payload is incomplete, unreadable or not recorded", () => {
    const flaws = { truncated: ["payload"] };
    const cut = printed(new P2pMessages(TEXT), [message({ size: 80, ...flaws })]);
    expect(cut).toContain("incomplete: only 3 of 80 bytes  0102fe\n");
    const [json] = objects(new P2pMessages(JSON_LINES), [message({ size: 80, ...flaws })]);
    expect(json).toMatchObject({ size: 80, payload_size: 3, payload: "0102fe", ...flaws });
    for (const unknown of [null, undefined]) {
      const lacking = printed(new P2pMessages(TEXT), [message({ payload: unknown })]);
      expect(lacking).toContain("incomplete: only 0 of 3 bytes\n");
    }
  });
});

describe("decoded messages", () => {
  const inv = Buffer.from(`0105000000${"ab".repeat(32)}`, "hex");

  it("are printed as JSON", () => {
    const event = message({ msg_type: "inv", size: inv.length, payload: inv });
    const [line] = objects(new P2pMessages(JSON_LINES, true), [event]);
    const said = { type: "inv", items: [{ kind: "wtx", hash: "ab".repeat(32) }] };
    expect(line).toMatchObject({ msg_type: "inv", size: 37, message: said });
    expect(line).not.toHaveProperty("payload");
    const text = printed(new P2pMessages(TEXT, true), [event]);
    expect(text.endsWith(`  ${JSON.stringify(said)}\n`)).toBe(true);
  });

  it("mark a cut and show the readable part", () => {
    const two = Uint8Array.of(2, ...inv.subarray(1));
    const event = message({ msg_type: "inv", size: 73, payload: two, truncated: ["payload"] });
    const [line] = objects(new P2pMessages(JSON_LINES, true), [event]);
    expect(line).toMatchObject({ payload_size: 37, message: { incomplete: { reason: "cut" } } });
    expect(printed(new P2pMessages(TEXT, true), [event])).toContain("incomplete: only 37 of 73");
    const [unread] = objects(new P2pMessages(JSON_LINES, true), [message({ payload: null })]);
    expect(unread).toMatchObject({ payload_size: 0, message: { incomplete: { reason: "cut" } } });
  });

  it("contain no control characters of peers", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("version", "reject", "alert", "addrv2", "tx", "\x9b[2J"),
        fc.uint8Array({ maxLength: 300 }),
        (msg_type, payload) => {
          const event = message({ msg_type, size: payload.length, payload });
          const text = printed(new P2pMessages(TEXT, true), [event]);
          expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          const [line] = objects(new P2pMessages(JSON_LINES, true), [event]);
          const said = text.slice(text.indexOf("8333  ") + 6);
          expect(JSON.parse(said)).toEqual(line!.message);
        },
      ),
    );
  });
});

describe("messages as the files of -capturemessages", () => {
  it("begin with time, type and length", () => {
    const captured = capturedMessage({ ...message(), time: 1_767_225_600_000.25 });
    expect(captured.readBigUInt64LE(0)).toBe(1_767_225_600_000_250n);
    expect(captured.toString("latin1", 8, 20)).toBe("getcfcheckpt");
    expect(captured.readUInt32LE(20)).toBe(3);
    expect(captured.subarray(24)).toEqual(Buffer.from(payload));
    expect(capturedMessage(message({ msg_type: "tx" })).toString("latin1", 8, 20)).toBe(
      `tx${"\0".repeat(10)}`,
    );
  });

  it("have a directory for each peer and a file for each direction", () => {
    expect(capturePath(message())).toBe("[2001_db8__1]_8333/msgs_sent.dat");
    const inbound = event("net:inbound_message", { address: "203.0.113.9:8333" });
    expect(capturePath(inbound)).toBe("203.0.113.9_8333/msgs_recv.dat");
  });

  it("stay below their directory for any peer address", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (address) => {
        const [name, file, ...more] = capturePath(message({ address })).split("/");
        expect([file, more]).toEqual(["msgs_sent.dat", []]);
        expect(name).toMatch(/^[A-Za-z0-9_[\]-][A-Za-z0-9._[\]-]{0,254}$/);
        expect(isCapturePath(`${name}/${file}`)).toBe(true);
      }),
    );
    expect(capturePath(message({ address: "../../etc" }))).toBe("_._.._etc/msgs_sent.dat");
    for (const path of ["../msgs_sent.dat", "/etc/msgs_sent.dat", "a/b/msgs_recv.dat", "a/x"]) {
      expect(isCapturePath(path)).toBe(false);
    }
  });
});
