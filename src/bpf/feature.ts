import { CorelensError } from "../errors.ts";

/** What corelens uses of the kernel, and the first Linux that has it. */
const FEATURES = {
  ringBuffer: ["BPF ring buffers", "5.8"],
  uprobes: ["uprobes for perf events (CONFIG_UPROBE_EVENTS)", "5.8"],
  programs: ["BPF programs for uprobes (CONFIG_BPF_SYSCALL, CONFIG_UPROBE_EVENTS)", "5.8"],
} as const satisfies Record<string, readonly [name: string, since: string]>;

/** The error for a feature that the running kernel lacks. */
export function unsupported(feature: keyof typeof FEATURES, cause?: unknown): CorelensError {
  const [name, since] = FEATURES[feature];
  return new CorelensError(
    "KERNEL_UNSUPPORTED",
    `this kernel has no ${name}`,
    `use Linux ${since} or later, built with them; \`corelens doctor\` tells what this one has`,
    { cause },
  );
}
