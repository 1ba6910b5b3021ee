import { agrees } from "../ask.ts";
import { askLine } from "../ask-line.ts";
import { askSecret } from "../ask-secret.ts";
import { originOf } from "../checkout.ts";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError, FailedError, UsageError } from "../errors.ts";
import { usualToken } from "../github-api.ts";
import { lacksOf, lookAtToken } from "../github-token.ts";
import { readShownConfig } from "../programs/configuration.ts";
import { keepGithubToken } from "../programs/kept.ts";
import { repositoryAround } from "./checkout.ts";

export type TokenWishes = OutputFlags & { repository?: string; withToken?: true; yes?: true };

const usualApi = "https://api.github.com";
const pattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

/**
 * Sets up the way to GitHub by a person's token: looks whether it reaches the repositories, and keeps it in a file for
 * its owner alone. Safe to repeat with another token, or for more repositories.
 */
export async function keepTokenHere(context: Context, options: TokenWishes): Promise<void> {
  const known = await knownSettings(context);
  const named = await repositoriesOf(context, options, known.repositories);
  const token = await tokenOf(context, options);
  const facts = await lookAtToken({ apiUrl: known.apiUrl, token, repositories: named }).catch((error: unknown) => {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new FailedError(`${known.apiUrl} does not answer: ${why}`, "Check the network, and GITHUB_API_URL.");
  });
  const [lack] = lacksOf(facts);
  if (lack !== undefined) throw new FailedError(`${lack.sentence}.`, lack.advice);
  const repositories = [...new Set([...known.repositories, ...named])];
  const apiUrl = known.apiUrl === usualApi ? null : known.apiUrl;
  const kept = await keepGithubToken(context.env, { token, repositories, apiUrl });
  if ("problems" in kept) throw new ConfigError(kept.problems);
  const { tokenPath, path } = kept;
  if (options.json) return context.printJson({ login: facts.login, repositories, tokenPath, path });
  context.print(`${repositories.join("\n")}\n`);
  context.say(`${facts.login}'s token is in ${tokenPath}, for you alone; ${path} names it.`);
  if (known.hasApp) context.say("A GitHub App is set up here, too: it counts, and the token does not.");
  context.say("Start it: cc-orchestrator up. Then put the label claude on an issue; what Claude does is told there.");
  context.say("What is said and pushed there is said and pushed in your name. The App has a name of its own.");
}

/** What the person names, else where this folder was cloned from, else what is set up already. */
async function repositoriesOf(
  context: Context,
  { repository, json }: TokenWishes,
  known: readonly string[],
): Promise<string[]> {
  const given = repository ?? (await usual(context, json === true, known));
  const names = given.split(/[\s,]+/).filter((name) => name !== "");
  const wrong = names.find((name) => !pattern.test(name));
  if (wrong !== undefined)
    throw new UsageError(`"${wrong}" is not a repository.`, "Write owner/name, as in octocat/hello-world.");
  if (names.length > 0) return names;
  throw new UsageError("It is not said which repository is to be worked on.", "Name it: --repository owner/name");
}

async function usual(context: Context, isProgram: boolean, known: readonly string[]): Promise<string> {
  const top = repositoryAround(context.folder);
  const here = top === null ? null : await originOf(top);
  const likely = here ?? (known.length > 0 ? known.join(" ") : null);
  const asked = isProgram ? null : await askLine(context, "Which repository is to be worked on (owner/name)", likely);
  return asked ?? likely ?? "";
}

/** From stdin, from the environment or from `gh`, which is asked for it only when the person agrees. */
async function tokenOf(context: Context, { withToken, yes, json }: TokenWishes): Promise<string> {
  const given = withToken ? context.readStdin().trim() : context.env.CC_ORCHESTRATOR_GITHUB_TOKEN;
  const token = given || (await ownToken(context, yes === true || json === true));
  if (token && /^[A-Za-z0-9_.-]{20,2000}$/.test(token)) return token;
  throw new UsageError(
    token ? "This is not a token of GitHub's." : "A token is needed.",
    "Give it with --with-token on stdin, as in: gh auth token | cc-orchestrator init --token --with-token",
  );
}

async function ownToken(context: Context, isAgreed: boolean): Promise<string | null> {
  const question = "Use the token of GITHUB_TOKEN or of `gh auth token`? [Y/n] ";
  const usualOne = isAgreed || (await agrees(context, question)) ? await usualToken(context) : null;
  if (usualOne !== null || isAgreed) return usualOne;
  context.say(
    "Make one at https://github.com/settings/tokens with the scope repo (and workflow, to change workflows).",
  );
  return askSecret(context, "Paste the token: ");
}

async function knownSettings(context: Context) {
  const { settings } = await readShownConfig(context);
  const settingOf = (name: string) => settings.find((one) => one.name === name)?.value ?? null;
  const repositories = settingOf("github.repositories");
  return {
    apiUrl: String(settingOf("server.github_api_url") ?? usualApi),
    repositories: Array.isArray(repositories) ? repositories.map(String) : [],
    hasApp: settingOf("server.app_id") !== null,
  };
}
