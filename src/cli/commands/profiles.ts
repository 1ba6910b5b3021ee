import type { Command } from "commander";
import { sessionPath } from "#protocol/session.ts";
import { agrees } from "../ask.ts";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError, NotFoundError, UsageError } from "../errors.ts";
import { type Profile, type Profiles, readKeptProfiles } from "../programs/configuration.ts";
import { keepProfiles } from "../programs/kept.ts";
import { type Column, renderTable } from "../table.ts";

type Options = OutputFlags & { yes?: true };
type Shown = { name: string; server: string; login: string | null; inUse: boolean };

/** The name of none of them (config/profiles.ts). */
const local = "local";

export const list = {
  register(command: Command, context: Context): void {
    flagged(command).action(async (options: Options) => {
      const profiles = shown(await kept(context));
      if (options.json) return context.printJson({ profiles });
      if (profiles.length === 0)
        return context.say("You have not logged in anywhere: cc-orchestrator login --server URL");
      context.print(renderTable(columns, profiles, context.columns));
    });
  },
};

export const use = {
  register(command: Command, context: Context): void {
    flagged(command)
      .argument("<profile>", `its name; "${local}" for what config.yaml says, or else this machine's own`)
      .addHelpText("after", "\nFor one command only: --profile work")
      .action(async (name: string, options: Options) => {
        const before = await kept(context);
        const isLocal = name === local;
        if (!isLocal) named(before, name);
        await keepProfiles(context.env, { ...before, use: isLocal ? null : name });
        if (options.json) return context.printJson({ use: isLocal ? null : name });
        context.print(`${name}\n`);
      });
  },
};

export const remove = {
  register(command: Command, context: Context): void {
    flagged(command)
      .argument("<profile>", "its name")
      .option("--yes", "without asking")
      .action(async (name: string, options: Options) => {
        const before = await kept(context);
        named(before, name);
        if (options.yes !== true && !(await agrees(context, `Forget ${name} and its token? [Y/n] `)))
          throw new UsageError("Nothing was removed.", "--yes answers the question.");
        const { [name]: removed, ...rest } = before.profiles;
        await keepProfiles(context.env, { use: before.use === name ? null : before.use, profiles: rest });
        if (removed !== undefined && removed.login !== null && !(await isSignedOut(removed)))
          context.say(`${removed.server} was not told; what was kept for it ends there by itself.`);
        if (options.json) return context.printJson({ removed: [name] });
        context.print(`${name}\n`);
      });
  },
};

function flagged(command: Command): Command {
  return command.option("--json", "print JSON for programs");
}

async function kept(context: Context): Promise<Profiles> {
  const reading = await readKeptProfiles(context.env);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  return reading.profiles;
}

/** @throws NotFoundError */
function named({ profiles }: Profiles, name: string): void {
  if (Object.hasOwn(profiles, name)) return;
  throw new NotFoundError(`There is no profile ${name}.`, "See all: cc-orchestrator profile list");
}

/** Ends a person's session at the server, so that its token is worth nothing any more. */
async function isSignedOut({ server, token }: Profile): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(5_000);
  const request = fetch(new URL(sessionPath, server), { method: "DELETE", headers, redirect: "error", signal });
  return request.then(
    ({ ok }) => ok,
    () => false,
  );
}

/** What may be seen of them: everything but the tokens. */
function shown({ use: inUse, profiles }: Profiles): Shown[] {
  return Object.entries(profiles)
    .map(([name, { server, login }]) => ({ name, server, login, inUse: name === inUse }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

const columns: readonly Column<Shown>[] = [
  { title: "", value: ({ inUse }) => (inUse ? "*" : " ") },
  { title: "PROFILE", value: ({ name }) => name },
  { title: "SERVER", value: ({ server }) => server, shrinks: true },
  { title: "AS", value: ({ login }) => login ?? "the operator" },
];
