import { describe, expect, it } from "vitest";
import {
  type AttachAttempt,
  attachRefusal,
  type UprobeSite,
} from "../../src/bpf/attach-refusal.ts";
import type { Feature } from "../../src/bpf/feature.ts";
import { EINVAL, ENOTSUPP, EPERM } from "../../src/kernel/libc.ts";

/** A descriptor that is not open: closing it has no effect. */
const CLOSED = 1 << 30;

/** Answers as a kernel does that this machine does not have. */
function refusalBy(
  errno: number,
  refuses: (site: UprobeSite) => boolean,
  missing: Feature | null = null,
) {
  const attempt: AttachAttempt = {
    path: "/bin/node",
    sites: [
      { fileOffset: 0x10, semaphoreOffset: 0x100 },
      { fileOffset: 0x20, semaphoreOffset: 0x200 },
    ],
    attach: (site) => (refuses(site) ? -EINVAL : CLOSED),
    missingFeature: () => missing,
  };
  const { code, message, cure } = attachRefusal(-errno, attempt);
  return { code, message, cure };
}

const site = (offset: number) => (each: UprobeSite) => each.fileOffset === offset;

describe("a refusal to attach", () => {
  it("names the missing feature and the minimum version, even if a semaphore could be the cause", () => {
    const withSemaphore = ({ semaphoreOffset }: UprobeSite) => semaphoreOffset !== 0;
    expect(refusalBy(EINVAL, withSemaphore, "semaphores")).toEqual({
      code: "KERNEL_UNSUPPORTED",
      message:
        "this kernel has no uprobes with reference counters (USDT semaphores), which need Linux 4.20 or later",
      cure: expect.stringContaining("built with CONFIG_UPROBE_EVENTS"),
    });
    expect(refusalBy(EINVAL, () => true, "multiUprobes").message).toContain("Linux 6.6");
  });

  it("is reported as a conflict when the site works without its semaphore", () => {
    const refuses = (each: UprobeSite) => site(0x20)(each) && each.semaphoreOffset !== 0;
    expect(refusalBy(EINVAL, refuses)).toMatchObject({
      code: "TRACER_CONFLICT",
      message: "another tracer uses tracepoints of /bin/node without their semaphores",
    });
  });

  it("names the location that is refused with and without its semaphore", () => {
    expect(refusalBy(EINVAL, site(0x20))).toMatchObject({
      code: "KERNEL_REFUSED",
      message: "attaching to offset 0x20 of /bin/node failed: EINVAL",
    });
  });

  it("names the file when every single site works", () => {
    expect(refusalBy(EINVAL, () => false)).toMatchObject({
      code: "KERNEL_REFUSED",
      message: "attaching to /bin/node failed: EINVAL",
    });
  });

  it("names an instruction that the kernel cannot probe", () => {
    expect(refusalBy(ENOTSUPP, site(0x10)).message).toBe(
      "this kernel cannot probe the instruction at offset 0x10 of /bin/node",
    );
  });

  it("is reported as a lack of privileges when the kernel does so", () => {
    expect(refusalBy(EPERM, () => true).code).toBe("NO_PERMISSION");
  });
});
