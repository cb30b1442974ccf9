import { CorelensError } from "../errors.ts";

/** The kernel features that corelens uses, with the first Linux version that has each. */
const FEATURES = {
  ringBuffer: { name: "BPF ring buffers", since: "5.8", config: "CONFIG_BPF_SYSCALL" },
  uprobes: { name: "uprobes for perf events", since: "4.17", config: "CONFIG_UPROBE_EVENTS" },
  programs: {
    name: "BPF programs for uprobes",
    since: "4.1",
    config: "CONFIG_BPF_SYSCALL, CONFIG_BPF_EVENTS and CONFIG_UPROBE_EVENTS",
  },
  semaphores: {
    name: "uprobes with reference counters (USDT semaphores)",
    since: "4.20",
    config: "CONFIG_UPROBE_EVENTS",
  },
  multiUprobes: { name: "uprobe_multi links", since: "6.6", config: "CONFIG_UPROBES" },
} as const;

export type Feature = keyof typeof FEATURES;

/** The error for a feature that the running kernel lacks: it names the feature and the least version. */
export function unsupported(feature: Feature, cause?: unknown): CorelensError {
  const { name, since, config } = FEATURES[feature];
  return new CorelensError(
    "KERNEL_UNSUPPORTED",
    `this kernel has no ${name}, which need Linux ${since} or later`,
    `use Linux 5.8 or later, built with ${config}; \`corelens doctor\` shows details`,
    { cause },
  );
}
