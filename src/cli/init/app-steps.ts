import { hostname } from "node:os";
import { webhookPath } from "#protocol/routes.ts";
import { signInCallbackPath } from "#protocol/session.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { appLink } from "./app-link.ts";

export type AppFlags = {
  org?: string;
  name?: string;
  publicUrl?: string;
  githubUrl?: string;
  json?: true;
  manual?: true;
};

/**
 * Makes the GitHub App by way of a browser on this machine; where there is no terminal, or by hand, prints the link that
 * makes it and what is to be done with it.
 */
export async function beginApp(context: Context, flags: AppFlags): Promise<void> {
  const github = addressOf("--github-url", flags.githubUrl ?? "https://github.com");
  const publicUrl = flags.publicUrl === undefined ? null : addressOf("--public-url", flags.publicUrl);
  const webhookUrl = publicUrl === null ? null : `${publicUrl}${webhookPath}`;
  const callbackUrl = publicUrl === null ? null : `${publicUrl}${signInCallbackPath}`;
  const organization = flags.org ?? null;
  if (organization !== null && !/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(organization))
    throw new UsageError(`"${organization}" is not the name of an organisation.`, "Write it as in its address.");
  // Names of Apps are unique on all of GitHub, and have at most 34 characters.
  const name = (flags.name ?? `cc-orchestrator ${hostname().split(".", 1)[0]}`).slice(0, 34);
  const wish = { github, organization, name, webhookUrl, callbackUrl };
  if (context.terminal !== null && !flags.json && !flags.manual) {
    const { makeApp } = await import("./make-app.ts");
    return makeApp(context, wish, publicUrl);
  }
  const link = appLink(wish);
  const steps = stepsFor(github, webhookUrl);
  if (flags.json) {
    context.printJson({ link, steps });
    return;
  }
  context.print(`${link}\n`);
  for (const [at, step] of steps.entries()) context.say(`${at + 1}. ${step}`);
}

/** What the App needs for people to sign in with it; the server works without, for its operator. */
const forPeople =
  'For people to sign in with GitHub: press "Generate a new client secret", set GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET and CC_ORCHESTRATOR_PUBLIC_URL; for login --device tick "Enable Device Flow".';

function stepsFor(github: string, webhookUrl: string | null): string[] {
  const noWebhook = "GitHub cannot reach this machine yet: run it again with --public-url URL when it can.";
  return [
    "Open the link above. Everything is filled in but the webhook secret.",
    "Make a secret (openssl rand -hex 32), enter it there as the webhook secret, and set WEBHOOK_SECRET to it here.",
    "Create the App. Set APP_ID to the App ID that its page shows.",
    'Press "Generate a private key", move the file to a folder of yours (chmod 600), set PRIVATE_KEY_PATH to it.',
    ...(github === "https://github.com" ? [] : [`Set GITHUB_API_URL=${github}/api/v3.`]),
    ...(webhookUrl === null ? [noWebhook] : []),
    ...(webhookUrl === null ? [] : [forPeople]),
    'Press "Install App" and choose the repositories.',
    "Look whether all is well: cc-orchestrator doctor. Then start: cc-orchestrator up",
  ];
}

function addressOf(flag: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "")
    return url.href.replace(/\/+$/, "");
  throw new UsageError(
    `${flag} must be a web address, not "${given}".`,
    "Write for example https://orchestrator.example.com.",
  );
}
