import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "./compile.ts";
import { withoutNotices } from "./stream.ts";

/** The target program and another build that can replace it, for tests in which the file that runs matters. */
export class TargetBuilds {
  readonly directory = temporaryDirectory();
  readonly target = join(this.directory, "built");
  /** `test:tick` has one more argument. */
  readonly replacement = join(this.directory, "replacement");
  #copies = 0;

  constructor() {
    beforeAll(() => {
      compile(this.target, [TARGET_SOURCE]);
      compile(this.replacement, [TARGET_SOURCE], ["-DREPLACEMENT"]);
    });
  }

  /** The path of a new copy of the target, which no other test runs. */
  copy(): string {
    const path = join(this.directory, `target${this.#copies++}`);
    copyFileSync(this.target, path);
    return path;
  }
}

/** The events of `test:tick`: the process and the arguments. */
export function ticksOf(events: readonly StreamEvent[]): unknown[][] {
  return withoutNotices(events)
    .filter(({ tracepoint }) => tracepoint === "test:tick")
    .map(({ pid, arg0, arg1 }) => (arg1 === undefined ? [pid, arg0] : [pid, arg0, arg1]));
}
