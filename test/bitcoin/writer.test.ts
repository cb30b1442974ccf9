import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../src/bitcoin/writer.ts";
import { hex } from "./vectors.ts";

describe("a byte writer", () => {
  it.each([
    [0xfc, "fc"],
    [0xfd, "fdfd00"],
    [0xffff, "fdffff"],
    [0x10000, "fe00000100"],
    [0xffff_ffff, "feffffffff"],
    [0x1_0000_0000, "ff0000000001000000"],
  ])("writes %d as the shortest compact size", (value, written) => {
    expect(hex(new ByteWriter().compactSize(value).finish())).toBe(written);
  });

  it("keeps its bytes when it grows", () => {
    const writer = new ByteWriter(1);
    for (let value = 0; value < 1000; value++) writer.u32(value);
    const view = new DataView(writer.finish().buffer);
    expect(view.byteLength).toBe(4000);
    for (let value = 0; value < 1000; value++) expect(view.getUint32(4 * value, true)).toBe(value);
  });

  it("writes numbers little-endian, ports big-endian, text with its length", () => {
    const writer = new ByteWriter()
      .u16(1)
      .i32(-2)
      .i64(-3)
      .u64(2n ** 63n)
      .u16be(8333)
      .varString("é");
    expect(hex(writer.finish())).toBe(
      "0100feffffff" + "fdffffffffffffff" + "0000000000000080" + "208d" + "02c3a9",
    );
  });
});
