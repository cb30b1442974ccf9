import { displayHash, hashFromDisplay } from "../../../bitcoin/hash.ts";
import { converted } from "../../../capnp/schema.ts";
import { CorelensError } from "../../../errors.ts";

const ZERO = "0".repeat(64);

/** A hash as 64 hex digits in display order; on the wire Data of 32 bytes, or empty for zeros. */
export const Hash = converted<string>({
  read(bytes) {
    if (bytes.length === 0) return ZERO;
    if (bytes.length === 32) return displayHash(bytes);
    throw new CorelensError("IPC_PROTOCOL", `the node sent a hash of ${bytes.length} bytes`);
  },
  write: hashFromDisplay,
});
