import { randomBytes } from "node:crypto";
import { openInBrowser } from "../browser.ts";
import type { Context } from "../context.ts";
import { ConfigError, FailedError } from "../errors.ts";
import { plainLine } from "../plain.ts";
import { keepApp } from "../programs/kept.ts";
import type { AppWish } from "./app-link.ts";
import { openManifestPage } from "./app-manifest.ts";

const exchangeMs = 30_000;

/** What GitHub tells the maker of an App once (https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest). */
type Made = { id: number; pem: string; webhookSecret: string; clientId: string; clientSecret: string; page: string };

/** Makes the GitHub App in the person's browser, and keeps its keys on this machine for its owner alone. */
export async function makeApp(context: Context, wish: AppWish, publicUrl: string | null): Promise<void> {
  const page = await openManifestPage(wish);
  try {
    context.say("This page of your machine leads on to GitHub; open it in a browser here:");
    context.print(`${page.url}\n`);
    context.say("Without a browser on this machine: Ctrl-C, then cc-orchestrator init --app --manual");
    const [code] = await Promise.all([page.code, openInBrowser(page.url, context.env)]);
    const told = await exchanged(wish.github, code);
    // GitHub makes none for an App that is to get no webhooks yet.
    const made = { ...told, webhookSecret: told.webhookSecret || randomBytes(32).toString("hex") };
    const kept = await keepApp(context.env, { ...made, github: wish.github, publicUrl });
    if ("problems" in kept) throw new ConfigError(kept.problems);
    context.say(`Made. Its key is in ${kept.keyPath}, for you alone; ${kept.path} names it.`);
    context.say("Choose the repositories that it may work on:");
    context.print(`${made.page}/installations/new\n`);
    if (wish.webhookUrl === null)
      context.say(
        "When GitHub can reach this machine, set the webhook's address and secret (config.yaml) on the App's page.",
      );
    context.say('For login --device, tick "Enable Device Flow" on the App\'s page.');
    context.say("Look whether all is well: cc-orchestrator doctor. Then start: cc-orchestrator up");
  } finally {
    page.close();
  }
}

async function exchanged(github: string, code: string): Promise<Made> {
  const api = github === "https://github.com" ? "https://api.github.com" : `${github}/api/v3`;
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${api}/app-manifests/${code}/conversions`, {
      method: "POST",
      headers: { accept: "application/vnd.github+json", "user-agent": "cc-orchestrator" },
      redirect: "error",
      signal: AbortSignal.timeout(exchangeMs),
    });
    answer = await response.json();
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new FailedError(`${api} does not answer: ${plainLine(why)}`, afterwards);
  }
  const found = (answer ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof found[name] === "string" ? found[name] : "");
  const { id } = found;
  const pem = text("pem");
  if (!response.ok || typeof id !== "number" || !pem.startsWith("-----BEGIN "))
    throw new FailedError(`GitHub did not give the App's keys (${response.status}).`, afterwards);
  return {
    ...{ id, pem, webhookSecret: text("webhook_secret") },
    ...{ clientId: text("client_id"), clientSecret: text("client_secret"), page: plainLine(text("html_url")) },
  };
}

const afterwards =
  'The App is made: on its page at GitHub press "Generate a private key", and set APP_ID and PRIVATE_KEY_PATH by hand.';
