/** Whether only this machine can reach an address. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d+){3}$/.test(address);
}
