/**
 * What vendors' secrets look like. Each pattern is linear: one fixed beginning, one character class, a bounded length
 * (S60). `ghs_` tokens are no longer 40 characters: GitHub's stateless form is long and holds dots and dashes.
 */
export const secretPatterns: readonly { kind: string; pattern: RegExp }[] = [
  { kind: "GitHub token", pattern: /\bgh[posur]_[A-Za-z0-9._-]{36,2000}/g },
  { kind: "GitHub fine-grained token", pattern: /\bgithub_pat_[A-Za-z0-9_]{60,255}/g },
  { kind: "Anthropic key", pattern: /\bsk-ant-[A-Za-z0-9_-]{20,500}/g },
  { kind: "OpenAI key", pattern: /\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,500}/g },
  { kind: "AWS access key id", pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { kind: "AWS secret key", pattern: /\baws_secret_access_key["']?\s{0,8}[=:]\s{0,8}["']?[A-Za-z0-9/+]{40}\b/gi },
  { kind: "Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { kind: "Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  { kind: "Slack webhook", pattern: /\bhooks\.slack\.com\/services\/[A-Za-z0-9/]{30,80}/g },
  { kind: "Discord webhook", pattern: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{15,22}\/[A-Za-z0-9_-]{60,80}/g },
  { kind: "Stripe key", pattern: /\b[rs]k_live_[A-Za-z0-9]{20,250}/g },
  { kind: "npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: "GitLab token", pattern: /\bglpat-[A-Za-z0-9_-]{20,250}/g },
  { kind: "Jira token", pattern: /\bATATT3[A-Za-z0-9_=-]{50,400}/g },
  { kind: "private key", pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g },
  {
    kind: "credential in an address",
    pattern: /\bhttps?:\/\/[A-Za-z0-9._~%-]{1,100}:[^\s/@:"'<>]{8,200}@[A-Za-z0-9.-]{1,100}/g,
  },
];

export type FoundSecret = { kind: string; line: number };

/**
 * Secrets in a text: by pattern, and the known ones exactly, also in base64 and hex. What was found is never returned,
 * only its kind and its line (from 1).
 *
 * @param known exact secrets of this run; ones shorter than 8 characters are left out, they would match by chance
 */
export function findSecrets(text: string, known: readonly string[]): FoundSecret[] {
  const found = new Map<string, FoundSecret>();
  const add = (kind: string, index: number): void => {
    const line = text.slice(0, index).split("\n").length;
    found.set(`${kind} ${line}`, { kind, line });
  };
  for (const { kind, pattern } of secretPatterns) {
    for (const match of text.matchAll(pattern)) {
      add(kind, match.index);
      if (found.size >= 50) return [...found.values()];
    }
  }
  for (const form of known.filter((secret) => secret.length >= 8).flatMap(formsOf)) {
    const index = text.indexOf(form);
    if (index >= 0) add("known secret", index);
  }
  return [...found.values()];
}

/** A secret as it is, base64 (at each of the three alignments, without the ends that its neighbours decide), hex, URL. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
  });
  const forms = [secret, ...aligned, bytes.toString("hex"), encodeURIComponent(secret), [...secret].reverse().join("")];
  return [...new Set(forms)].filter((form) => form.length >= 8);
}
