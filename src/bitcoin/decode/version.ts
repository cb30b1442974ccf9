import { type AddressFields, readAddressV1 } from "./address.ts";
import { flag, i32, i64, nonce, optional, type Read, struct, u64, varText } from "./fields.ts";

/** The fields after `receiver` are null if an old or small client omits them. */
export interface VersionFields {
  readonly version: number;
  /** The sender's services, as a bit field. */
  readonly services: number | string;
  /** UNIX s. */
  readonly time: number | string;
  /** The receiver's address as the sender sees it. */
  readonly receiver: SeenAddress;
  readonly sender: SeenAddress | null;
  readonly nonce: string | null;
  readonly user_agent: string | null;
  readonly start_height: number | null;
  /** Whether the sender wants transactions. */
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
