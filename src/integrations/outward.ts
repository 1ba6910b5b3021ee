import { lookup } from "node:dns/promises";
import { request as requestInClear } from "node:http";
import { request } from "node:https";
import { BlockList, isIP } from "node:net";

/** What an address answered; the body's beginning, for people to read. */
export type Answer = { status: number; text: string };

const timeoutMs = 15_000;
const bodyBytes = 1_000;

/** Addresses that no message of ours is to reach unless the operator says so: this machine, its networks, clouds' metadata. */
const inside = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  inside.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 128],
  ["::1", 128],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(net, prefix, "ipv6");

/** The address may not be called; the message says why. */
export class ForbiddenAddressError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ForbiddenAddressError";
  }
}

/**
 * Posts to an address that somebody wrote into a configuration. The name is resolved once, every address that it has is
 * looked at, and the connection goes to what was looked at: a name that means something else a moment later gains
 * nothing (S51). Redirects are not followed: they would lead past all of this.
 * @param mayGoInside whether this machine and private networks are allowed; then plain HTTP is, too
 * @throws ForbiddenAddressError, and the system's errors
 */
export async function postOutward(
  url: URL,
  of: { headers: Record<string, string>; body: string; mayGoInside: boolean; signal?: AbortSignal },
): Promise<Answer> {
  if (url.protocol !== "https:" && !(url.protocol === "http:" && of.mayGoInside))
    throw new ForbiddenAddressError(`${url.protocol}// is not allowed, only https://`);
  const { address, family } = await resolve(url.hostname.replace(/^\[|\]$/g, ""), of.mayGoInside);
  const open = url.protocol === "https:" ? request : requestInClear;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = of.signal === undefined ? limit : AbortSignal.any([limit, of.signal]);
  return new Promise<Answer>((settle, fail) => {
    const call = open(url, {
      method: "POST",
      headers: { ...of.headers, "content-length": Buffer.byteLength(of.body) },
      signal,
      agent: false,
      lookup: (_name, options, found) =>
        options.all ? found(null, [{ address, family }]) : found(null, address, family),
    });
    call.on("error", (error) => fail(limit.aborted ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error));
    call.on("response", (response) => {
      let text = "";
      const done = () => settle({ status: response.statusCode ?? 0, text: text.slice(0, bodyBytes) });
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        // An answer without an end is not waited for.
        if (text.length > bodyBytes) {
          done();
          response.destroy();
        }
      });
      response.on("end", done);
      response.on("error", fail);
    });
    call.end(of.body);
  });
}

/** @throws ForbiddenAddressError when one of the name's addresses is inside */
async function resolve(host: string, mayGoInside: boolean): Promise<{ address: string; family: number }> {
  const found = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true });
  const wrong = mayGoInside ? undefined : found.find(({ address }) => isInside(address));
  if (wrong !== undefined)
    throw new ForbiddenAddressError(`${host} is ${wrong.address}, which is this machine or a private network`);
  const [first] = found;
  if (first === undefined) throw new Error(`${host} has no address`);
  return first;
}

/** Whether this is an address of this machine, of a private network, or of no network at all. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  if (family === 4) return inside.check(address, "ipv4");
  // An IPv4 address in IPv6 clothes: what counts is the address within.
  return inside.check(address, "ipv6") || /^::(ffff:)?[0-9.]+$|^::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/i.test(address);
}
