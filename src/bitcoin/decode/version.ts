import { type AddressFields, readAddressV1 } from "./address.ts";
import { flag, i32, i64, nonce, optional, type Read, struct, u64, varText } from "./fields.ts";

/** What comes after the receiver is null where an old or small client leaves it out. */
export interface VersionFields {
  readonly version: number;
  /** What the sender offers, as bits. */
  readonly services: number | string;
  /** UNIX s. */
  readonly time: number | string;
  /** The address the sender sees its peer at. */
  readonly receiver: SeenAddress;
  readonly sender: SeenAddress | null;
  readonly nonce: string | null;
  readonly user_agent: string | null;
  readonly start_height: number | null;
  /** Whether transactions are wanted. */
  readonly relay: boolean | null;
}

interface SeenAddress extends AddressFields {
  readonly services: number | string;
}

const readSeenAddress: Read<SeenAddress> = (reader) => ({
  services: reader.u64(),
  ...readAddressV1(reader),
});

export const readVersion: Read<VersionFields> = struct({
  version: i32,
  services: u64,
  time: i64,
  receiver: readSeenAddress,
  sender: optional(readSeenAddress),
  nonce: optional(nonce),
  user_agent: optional(varText),
  start_height: optional(i32),
  relay: optional(flag),
});
