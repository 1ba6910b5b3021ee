/*
 * How the credentials of well-known vendors look. Each pattern takes time linear in the text: one class with no upper
 * bound at most, and a boundary in front where a failed match could begin anew at every letter.
 */
const tokens: Record<string, string> = {
  // Since 2026-04 installation tokens are `ghs_APPID_JWT`: about 520 characters with dots and dashes.
  github_token: "gh[opsur]_[A-Za-z0-9._-]{30,}|github_pat_[A-Za-z0-9_]{30,}|\\bv1\\.[0-9a-f]{40}\\b",
  anthropic_key: "sk-ant-[A-Za-z0-9_-]{16,}",
  openai_key: "\\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}",
  aws_key: "\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\\b",
  slack_token: "xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}",
  slack_webhook: "hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{10,}",
  discord_webhook: "discord(?:app)?\\.com/api/webhooks/[0-9]{5,25}/[A-Za-z0-9_-]{20,}",
  google_key: "AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}",
  gitlab_token: "gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_.-]{20,}",
  npm_token: "npm_[A-Za-z0-9]{30,}",
  pypi_token: "pypi-[A-Za-z0-9_-]{40,}",
  stripe_key: "\\b[prs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}",
  sendgrid_key: "\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
  huggingface_token: "\\bhf_[A-Za-z0-9]{30,}",
  atlassian_token: "ATATT3[A-Za-z0-9_=-]{30,}",
  docker_token: "dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
  digitalocean_token: "do[opr]_v1_[0-9a-f]{40,}",
  telegram_token: "\\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",
  jwt: "(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}",
};

/** Names before a value: only the value is taken out. */
const named: Record<string, string> = {
  authorization: "\\b(?:[Bb]earer|BEARER|[Bb]asic|[Tt]oken)[ \\t]+[A-Za-z0-9._~+/=-]{16,}",
  aws_secret:
    "(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY|SecretAccessKey)[\"']?[ \\t]{0,9}[:=][ \\t]{0,9}[\"']?[A-Za-z0-9/+=]{40,}",
  azure_key: "(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{40,}",
  password_in_url: "[a-z]://[^/\\s:@\"']{0,100}:[^/\\s@\"']{1,300}(?=@)",
};

const groups = { ...named, ...tokens };

/** Each kind is a named group of it; the flag is global. */
export function secretPattern(): RegExp {
  return new RegExp(
    Object.entries(groups)
      .map(([kind, source]) => `(?<${kind}>${source})`)
      .join("|"),
    "g",
  );
}

/** Where in a match of the kind the secret itself begins. */
export function secretStart(kind: string, match: string): number {
  if (!(kind in named)) return 0;
  if (kind === "password_in_url") return match.indexOf(":", match.indexOf("://") + 3) + 1;
  return match.length - (/[^\s:="']*=*$/.exec(match)?.[0].length ?? match.length);
}

const keyHeader = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/y;
const keyFooter = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;

/** Private key blocks as pairs of start and end; one that does not end is taken up to the end of the text. */
export function privateKeys(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = text.indexOf("-----BEGIN "); start !== -1; ) {
    keyHeader.lastIndex = start;
    const isKey = keyHeader.test(text);
    const end = isKey ? endOfPrivateKey(text, keyHeader.lastIndex) : null;
    if (isKey) found.push({ start, end: end ?? text.length });
    start = isKey && end === null ? -1 : text.indexOf("-----BEGIN ", end ?? start + 1);
  }
  return found;
}

/** Where the block ends that was begun before `from`; null when it does not. */
export function endOfPrivateKey(text: string, from: number): number | null {
  keyFooter.lastIndex = from;
  return keyFooter.test(text) ? keyFooter.lastIndex : null;
}
