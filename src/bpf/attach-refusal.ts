import { CorelensError } from "../errors.ts";
import { EINVAL, ENOTSUPP } from "../kernel/libc.ts";
import { closeDescriptor } from "./descriptor.ts";
import { type Feature, unsupported } from "./feature.ts";
import { refusal } from "./refusal.ts";

/** A location in a file. */
export interface UprobeSite {
  readonly fileOffset: number;
  /** Offset of the semaphore in the file, 0 for none. */
  readonly semaphoreOffset: number;
}

/** How to try what the kernel refused, step by step. */
export interface AttachAttempt {
  readonly path: string;
  readonly sites: readonly UprobeSite[];
  /** Attaches to one site. @returns the descriptor, or the negative errno */
  readonly attach: (site: UprobeSite) => number;
  /** The feature that this attempt needs and the kernel lacks; null when the kernel has them all. */
  readonly missingFeature: () => Feature | null;
}

/**
 * Finds why the kernel refused to attach. EINVAL has many causes; they are excluded one by one:
 *
 *     the kernel lacks the feature                      → KERNEL_UNSUPPORTED
 *     no single site is refused                         → KERNEL_REFUSED
 *     the refused site works without its semaphore:
 *       another tracer uses it without one              → TRACER_CONFLICT
 *     otherwise                                         → KERNEL_REFUSED, with the location
 */
export function attachRefusal(errno: number, attempt: AttachAttempt): CorelensError {
  const { path, sites, attach, missingFeature } = attempt;
  if (errno !== -EINVAL && errno !== -ENOTSUPP) return refusal(errno, `attaching to ${path}`);
  const missing = missingFeature();
  if (missing) return unsupported(missing);
  const works = (site: UprobeSite): boolean => {
    const descriptor = attach(site);
    if (descriptor >= 0) closeDescriptor(descriptor);
    return descriptor >= 0;
  };
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
      `another tracer uses tracepoints of ${path} without their semaphores`,
    );
  }
  return refusal(errno, `attaching to ${place}`);
}
