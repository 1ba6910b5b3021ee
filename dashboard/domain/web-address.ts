/** Addresses come from outside: only the web's are followed. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

/** Why an address is not followed; null where it is. */
export function addressRefusal(address: string): string | null {
  return isWebAddress(address) ? null : "Its address is not one of the web.";
}
