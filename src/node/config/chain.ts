import { isTrue, type SettingSources, settingOf } from "./settings.ts";

/** A network of Bitcoin Core: its name in bitcoin.conf and in RPC replies, and its defaults. */
export interface Chain {
  readonly name: string;
  /** Below the data directory; empty for main. */
  readonly directory: string;
  readonly rpcPort: number;
  readonly port: number;
}

export const CHAINS = {
  main: { name: "main", directory: "", rpcPort: 8332, port: 8333 },
  test: { name: "test", directory: "testnet3", rpcPort: 18332, port: 18333 },
  testnet4: { name: "testnet4", directory: "testnet4", rpcPort: 48332, port: 48333 },
  signet: { name: "signet", directory: "signet", rpcPort: 38332, port: 38333 },
  regtest: { name: "regtest", directory: "regtest", rpcPort: 18443, port: 18444 },
} as const satisfies Record<string, Chain>;

/** Options that choose a network, in the order in which Core reads them. */
const CHOICES = [
  ["regtest", CHAINS.regtest],
  ["signet", CHAINS.signet],
  ["testnet", CHAINS.test],
  ["testnet4", CHAINS.testnet4],
] as const;

/** The network that a node runs on; main for an unknown name, with which the node would not start. */
export function chainOf(sources: SettingSources): Chain {
  const named = settingOf(sources, "", "chain");
  if (typeof named === "string") return chainNamed(named) ?? CHAINS.main;
  const chosen = CHOICES.find(([name]) => isTrue(settingOf(sources, "", name, true) ?? false));
  return chosen?.[1] ?? CHAINS.main;
}

function chainNamed(name: string): Chain | null {
  return Object.hasOwn(CHAINS, name) ? CHAINS[name as keyof typeof CHAINS] : null;
}
