import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Tests attach to shared things of the kernel and start processes: two at a time suffice.
    maxWorkers: 2,
  },
});
