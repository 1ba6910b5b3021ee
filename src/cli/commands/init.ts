import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { policyPath } from "#protocol/policy.ts";
import { agrees } from "../ask.ts";
import type { Context } from "../context.ts";
import { renderChecks } from "../doctor/check.ts";
import { checkToolsHere } from "../doctor/of-machine.ts";
import { FailedError, UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { type AppFlags, beginApp } from "../init/app-steps.ts";
import { openCheckout, repositoryAround } from "../init/checkout.ts";
import { detectCommands } from "../init/detect.ts";
import { renderPolicy } from "../init/policy-text.ts";
import { joinServer, type RunnerWishes } from "../init/runner-steps.ts";
import { keepTokenHere, type TokenWishes } from "../init/token-steps.ts";

type Options = AppFlags &
  Omit<RunnerWishes, "token"> &
  TokenWishes & { yes?: true; app?: true; runner?: true; token?: true };

export function register(command: Command, context: Context): void {
  command
    .description(`In a git repository: proposes ${policyPath} from what is there, and writes it.`)
    .option("--yes", "write it without asking")
    .option("--app", "make the GitHub App instead, by way of your browser")
    .option("--manual", "with --app: print the link and the steps, for a machine without a browser")
    .option("--token", "work on issues of GitHub with your own token instead, without an App")
    .option("--runner", "make this machine a runner of a server instead")
    .option("--org <name>", "with --app: make it an organisation's")
    .option("--name <name>", "with --app or --runner: what to call it")
    .option("--public-url <url>", "with --app: where GitHub can reach the control plane")
    .option("--github-url <url>", "with --app: a GitHub Enterprise Server")
    .option("--server <url>", "with --runner: the server to work for (CC_ORCHESTRATOR_SERVER)")
    .option("--repository <names>", "with --token: which repositories, as owner/name, separated by commas")
    .option("--with-token", "read it from stdin: with --token yours, with --runner what `runner token` printed there")
    .option("--labels <labels>", "with --runner: what it has, separated by commas, as linux,gpu")
    .option("--slots <number>", "with --runner: how many instances of Claude Code at a time")
    .option("--no-install", "with --runner: do not offer to let the system start it")
    .option("--json", "print JSON for programs")
    .action((options: Options) => {
      const { token, ...others } = options;
      if ([options.app, options.runner, token].filter((one) => one === true).length > 1)
        throw new UsageError("A machine is made ready for one at a time.", "Write --app, --token or --runner.");
      if (options.app) return beginApp(context, options);
      if (token) return keepTokenHere(context, options);
      return options.runner ? joinServer(context, others) : run(context, options);
    });
}

async function run(context: Context, options: Options): Promise<void> {
  const top = repositoryAround(context.folder);
  if (top === null)
    throw new FailedError(
      "This is not a git repository.",
      "Go into one, or make one: git init. For the GitHub App: cc-orchestrator init --app",
    );
  const checkout = openCheckout(top);
  const path = join(top, policyPath);
  if (checkout.has(policyPath))
    throw new FailedError(`There is a ${policyPath} already.`, "Change it by hand, or remove it and run this again.");
  const detected = detectCommands(checkout);
  const content = renderPolicy(detected);
  if (!options.json) {
    context.say(`${policyPath}${detected === null ? "" : ` (from ${detected.from})`}:\n`);
    context.print(content);
  }
  const isWanted = options.yes === true || (!options.json && (await agrees(context, "\nWrite it? [Y/n] ")));
  if (isWanted) {
    mkdirSync(dirname(path), { recursive: true });
    // Not over one that has come meanwhile; readable as every file of a checkout is.
    writeFileSync(path, content, { flag: "wx", mode: 0o644 });
  }
  if (options.json) context.printJson({ path, from: detected?.from ?? null, content, written: isWanted });
  else if (isWanted) await tellNext(context);
  if (isWanted) return;
  context.exitCode = exitCodes.failed;
  if (!options.json) context.say("Nothing was written; --yes writes it without asking.");
}

/** What is to be done by hand, and whether the machine is ready for the rest. */
async function tellNext(context: Context): Promise<void> {
  context.say(`Written. It counts once it is on the default branch: git add ${policyPath} && git commit`);
  const checks = await context.busy("looking at this machine", () => checkToolsHere(context));
  const missing = checks.filter(({ verdict }) => verdict === "missing");
  if (missing.length === 0)
    context.say("This machine has the programs that it takes; more of it: cc-orchestrator doctor");
  else {
    context.say("This machine lacks something that work takes; when it is there: cc-orchestrator doctor");
    context.say(renderChecks(missing, context.columns).trimEnd());
  }
  context.say("Try it on this repository: cc-orchestrator web start -d, then task create");
  context.say("For issues and pull requests: cc-orchestrator init --token, or make the GitHub App: init --app");
}
