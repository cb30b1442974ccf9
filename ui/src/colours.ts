/*
 * What a colour means is the same on every page: blue is transactions, amber is blocks, green is addresses, grey is
 * what keeps a connection going. Types of a family are its shades. Direction is never a colour: inbound is above and
 * ←, outbound below and →.
 */

type Family = "transactions" | "blocks" | "addresses" | "upkeep" | "other";

const FAMILIES: readonly (readonly [Family, readonly string[]])[] = [
  ["transactions", ["tx", "inv", "getdata", "notfound", "feefilter", "mempool", "merkleblock"]],
  [
    "blocks",
    ["block", "cmpctblock", "blocktxn", "getblocktxn", "headers", "getheaders", "getblocks"],
  ],
  ["addresses", ["addrv2", "addr", "getaddr"]],
  [
    "upkeep",
    [
      ...["ping", "pong", "version", "verack", "sendheaders", "sendcmpct", "wtxidrelay"],
      ...["sendaddrv2", "sendtxrcncl"],
    ],
  ],
];

const SHADES = 4;

/** The family of a message type, and its position in the family. */
function familyOf(type: string): { readonly family: Family; readonly place: number } {
  for (const [family, types] of FAMILIES) {
    const place = types.indexOf(type);
    if (place >= 0) return { family, place };
  }
  return { family: "other", place: 0 };
}

/** The name of the colour in the style sheet. */
export function colourOf(type: string): string {
  const { family, place } = familyOf(type);
  return `${family}-${Math.min(place, SHADES - 1)}`;
}

/** The value of the colour, for a canvas. */
export function resolve(colour: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${colour}`).trim();
}

const ORDER: readonly Family[] = ["transactions", "blocks", "addresses", "upkeep", "other"];

/** Sorts types by family, in the same order everywhere. */
export function byFamily(a: string, b: string): number {
  const one = familyOf(a);
  const two = familyOf(b);
  return (
    ORDER.indexOf(one.family) - ORDER.indexOf(two.family) ||
    one.place - two.place ||
    a.localeCompare(b)
  );
}
