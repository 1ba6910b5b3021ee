import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openRedactor } from "#protocol/redact.ts";
import { growth, linear } from "#test/growth.ts";

/** Letters that look random and are the same in each run. */
function letters(seed: string, length: number): string {
  let out = "";
  for (let i = 0; out.length < length; i++) out += createHash("sha256").update(`${seed}${i}`).digest("base64url");
  return out.replace(/[_-]/g, "x").slice(0, length);
}

const installation = `ghs_123456_eyJ${letters("head", 40)}.eyJ${letters("body", 200)}.${letters("sig", 220)}`;
const password = "correct-horse/battery+staple";
const keyBody = letters("key", 640).replace(/.{64}/g, "$&\n");
const privateKey = `-----BEGIN RSA PRIVATE KEY-----\n${keyBody}-----END RSA PRIVATE KEY-----`;
const known = letters("known", 60);
const secrets = [installation, password, privateKey, known];
const { redact, openStream } = openRedactor({ secrets });

const base64 = (text: string) => Buffer.from(text).toString("base64");
const hex = (text: string) => Buffer.from(text).toString("hex");
const reversed = (text: string) => Array.from(text).reverse().join("");

const exact: [string, string][] = [
  ["as it is", known],
  ["without its first 7 characters", known.slice(7)],
  ["without its last 20 characters", known.slice(0, -20)],
  ["16 characters of its middle", known.slice(21, 37)],
  ["in base64", base64(known)],
  ["in base64 behind one other byte", base64(`a${known}`)],
  ["in base64 behind two other bytes", base64(`ab${known}`)],
  ["in base64 as basic authorization", base64(`x-access-token:${known}`)],
  ["in base64url", Buffer.from(password.repeat(1)).toString("base64url")],
  ["in hex", hex(known)],
  ["in upper case hex", hex(known).toUpperCase()],
  ["in hex without its beginning", hex(known).slice(11)],
  ["reversed", reversed(known)],
  ["reversed and cut", reversed(known).slice(9)],
  ["URL-encoded", encodeURIComponent(password)],
  ["URL-encoded in lower case", encodeURIComponent(password).toLowerCase()],
  ["JSON-escaped, over lines", JSON.stringify(privateKey).slice(1, -1)],
  ["one line of a private key", keyBody.split("\n")[3] ?? ""],
  ["an installation token of the new long format", installation],
  ["the signature of an installation token alone", installation.slice(-100)],
];

const vendors: [string, string][] = [
  ["GitHub, long installation token", `ghs_98765_eyJ${letters("a", 30)}.eyJ${letters("b", 90)}.${letters("c", 300)}`],
  ["GitHub, classic", `ghp_${letters("d", 36)}`],
  ["GitHub, OAuth", `gho_${letters("e", 36)}`],
  ["GitHub, refresh", `ghr_${letters("f", 76)}`],
  ["GitHub, fine-grained", `github_pat_${letters("g", 82)}`],
  ["Anthropic", `sk-ant-api03-${letters("h", 93)}`],
  ["OpenAI", `sk-proj-${letters("i", 48)}`],
  ["AWS key id", "AKIAIOSFODNN7EXAMPLE"],
  ["AWS secret", `aws_secret_access_key = ${letters("j", 40)}`],
  ["Slack", `xoxb-${letters("k", 40)}`],
  ["Slack webhook", `https://hooks.slack.com/services/T00/B00/${letters("l", 24)}`],
  ["Discord webhook", `https://discord.com/api/webhooks/123456789/${letters("m", 60)}`],
  ["Google", `AIza${letters("n", 35)}`],
  ["GitLab", `glpat-${letters("o", 20)}`],
  ["npm", `npm_${letters("p", 36)}`],
  ["PyPI", `pypi-${letters("q", 60)}`],
  ["Stripe", `sk_live_${letters("r", 24)}`],
  ["SendGrid", `SG.${letters("s", 22)}.${letters("t", 43)}`],
  ["Hugging Face", `hf_${letters("u", 34)}`],
  ["a JSON web token", `eyJ${letters("v", 20)}.eyJ${letters("w", 40)}.${letters("x", 43)}`],
  ["a bearer header", `Authorization: Bearer ${letters("y", 30)}`],
  ["a basic header", `authorization: basic ${base64("someone:something")}`],
  ["a password in a URL", `postgres://app:${letters("z", 12)}@db/app`],
  [
    "an OpenSSH private key",
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters("1", 300)}\n-----END OPENSSH PRIVATE KEY-----`,
  ],
  ["a private key that is cut off", `-----BEGIN PRIVATE KEY-----\n${letters("2", 300)}`],
];

/** Whether a run of 12 characters of the secret's telling part is left. */
function leaks(out: string, secret: string): boolean {
  for (let at = 0; at + 20 <= secret.length; at++) if (out.includes(secret.slice(at, at + 20))) return true;
  return false;
}

describe("S43: the redactor", () => {
  test.each(exact)("finds a known secret %s", (_, text) => {
    const out = redact(`before ${text} after`);
    expect(out).toMatch(/^before .*\[redacted\].* after$/s);
    expect(leaks(out, text.replace(base64("x-access-token:"), ""))).toBe(false);
  });

  test.each(vendors)("finds what looks like a credential: %s", (_, text) => {
    const out = redact(`before ${text}`);
    expect(out).toContain("[redacted]");
    expect(leaks(out, text.split(/[\s/:=]/).at(-1) ?? text)).toBe(false);
  });

  test("keeps what stands before a value", () => {
    expect(redact(`Authorization: Bearer ${letters("y", 30)}, x`)).toBe("Authorization: Bearer [redacted], x");
    expect(redact("https://me:pa:ss/w@host")).toBe("https://me:pa:ss/w@host");
    expect(redact("https://me:pa:ss@host/x")).toBe("https://me:[redacted]@host/x");
  });

  test.each([
    "An ordinary sentence about tokens, bearer bonds and basic things.",
    "const sha = '0123456789abcdef0123456789abcdef01234567';",
    "task-antenna and risk-averse words, xoxo",
    "see https://example.test/a:b@c?x=y and mail a@b.test",
    "日本語 👨‍👩‍👧 \u202e \0",
    "",
  ])("leaves alone: %s", (text) => expect(redact(text)).toBe(text));

  test("does not take words out because a secret is very short", () => {
    expect(openRedactor({ secrets: ["", "a", "abc", "  "] }).redact("abc a b c")).toBe("abc a b c");
  });

  test.each([
    ["known", known],
    ["vendor", `ghp_${letters("stream", 40)}`],
    ["private key", privateKey],
  ])("finds a secret that a stream cuts in two at each byte: %s", (_, secret) => {
    const text = `${"some words. ".repeat(340)}${secret} ${"more words. ".repeat(800)}`;
    const start = text.indexOf(secret);
    for (let cut = start; cut <= start + secret.length; cut += 1) {
      const stream = openStream();
      const out = stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end();
      expect(out).toBe(redact(text));
    }
  });

  test("gives the same in a stream of small pieces, and holds back a bounded part", () => {
    const text = `${"x y z ".repeat(3_000)}${known} ${"words ".repeat(3_000)}${privateKey} ${"end ".repeat(4_000)}`;
    const stream = openStream();
    let out = "";
    for (let at = 0; at < text.length; at += 97) {
      out += stream.push(text.slice(at, at + 97));
      expect(at - out.length).toBeLessThan(20_000);
    }
    expect(out + stream.end()).toBe(redact(text));
  });

  test("swallows a private key that goes on for longer than a stream holds back", () => {
    const stream = openStream();
    let out = stream.push("start -----BEGIN PRIVATE KEY-----\n");
    for (let i = 0; i < 100; i++) out += stream.push(`${letters(`part${i}`, 640)}\n`);
    out += stream.push("-----END PRIVATE KEY----- finish") + stream.end();
    expect(out).toBe("start [redacted] finish");
  });

  test.each([
    ["eyJ", 350_000],
    ["ghs_", 250_000],
    ["-----BEGIN ", 90_000],
    ["-----BEGIN PRIVATE KEY-----", 37_000],
    ["://:", 250_000],
    ["://a:b", 160_000],
    ["Bearer ", 140_000],
    ["SG.", 330_000],
    ["AccountKey=", 90_000],
    [known.slice(0, 12), 80_000],
    [installation.slice(8, 23), 66_000],
    ["\t", 1_000_000],
  ])("S60: takes time linear in a megabyte of %j", (piece, times) => {
    const text = piece.repeat(times);
    expect(growth(redact, text)).toBeLessThan(linear);
  });
});
