import { CorelensError } from "../errors.ts";
import { EINVAL, ENOTSUPP } from "../kernel/libc.ts";
import { closeDescriptor } from "./descriptor.ts";
import { refusal } from "./refusal.ts";

/** A place in a file. */
export interface UprobeSite {
  readonly fileOffset: number;
  /** Offset of the semaphore in the file, 0 for none. */
  readonly semaphoreOffset: number;
}

/**
 * Why the kernel refused to attach to some of these sites. It answers EINVAL for many reasons; what it says to each
 * site alone, with and without the semaphore, tells them apart: a place has one semaphore or none, and whoever comes
 * second and says otherwise is refused.
 *
 * @param attempt attaches to one site: the descriptor, or the negative errno
 */
export function attachRefusal(
  errno: number,
  path: string,
  sites: readonly UprobeSite[],
  attempt: (site: UprobeSite) => number,
): CorelensError {
  const works = (site: UprobeSite): boolean => {
    const descriptor = attempt(site);
    if (descriptor >= 0) closeDescriptor(descriptor);
    return descriptor >= 0;
  };
  if (errno !== -EINVAL && errno !== -ENOTSUPP) return refusal(errno, `attaching to ${path}`);
  const refused = sites.find((site) => !works(site));
  if (refused === undefined) return refusal(errno, `attaching to ${path}`);
  const place = `offset 0x${refused.fileOffset.toString(16)} of ${path}`;
  if (errno === -ENOTSUPP) {
    return new CorelensError(
      "KERNEL_REFUSED",
      `this kernel cannot probe the instruction at ${place}`,
    );
  }
  if (refused.semaphoreOffset !== 0 && works({ ...refused, semaphoreOffset: 0 })) {
    return new CorelensError(
      "TRACER_CONFLICT",
      `another tracer holds tracepoints of ${path} without their semaphores`,
    );
  }
  return refusal(errno, `attaching to ${place}`);
}
