/** As decoderawtransaction and `getblock HASH 2` have it. */
export interface RpcTransaction {
  readonly txid: string;
  readonly hash: string;
  readonly size: number;
  readonly vsize: number;
  readonly weight: number;
  readonly version: number;
  readonly locktime: number;
  readonly vin: readonly {
    readonly coinbase?: string;
    readonly txid: string;
    readonly vout: number;
    readonly scriptSig: { readonly hex: string };
    readonly sequence: number;
    readonly txinwitness?: readonly string[];
  }[];
  readonly vout: readonly {
    readonly value: number;
    readonly scriptPubKey: { readonly hex: string };
  }[];
}
