import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { FaultName } from "./faults.ts";
import { gitFault, hang, limit, lose, refuse } from "./on-github.ts";
import type { PlannedFault } from "./plan.ts";
import { claudesIn, type Process, processes } from "./processes.ts";
import type { Runner, Site } from "./site.ts";

/** What is being done to the world: where, to which task, until when at the latest. */
export type Deed = PlannedFault & {
  site: Site;
  /** Of the task whose moment it is. */
  /** The sessions in which Claude has spoken to the model about it so far. */
  sessions: () => ReadonlySet<string>;
  /** Fires when everything has to be whole again. */
  over: AbortSignal;
};

type Act = (deed: Deed) => Promise<string>;

/** How long a fault waits for its victim to appear. */
const victimMs = 8_000;

/** Carries a fault out and mends it again. @returns what was done, in a sentence */
export const acts: Readonly<Record<FaultName, Act>> = {
  "kill-server": async ({ site }) => kill(site.server.pid(), "the control plane"),
  "kill-runner": async (deed) => kill(runnerOf(deed).program.pid(), runnerOf(deed).program.name),
  "kill-tmux": async (deed) => killTmux(holderOf(deed)),
  "kill-claude": async (deed) => {
    const victim = await claudeOf(deed);
    return victim === null ? "no Claude was there" : kill(victim.pid, `Claude of session ${victim.session}`);
  },
  "kill-git": killGit,
  reboot: async ({ site }) => {
    const done = site.runners.flatMap(({ program }) => kill(program.pid(), program.name));
    for (const runner of site.runners) done.push(killTmux(runner));
    const left = processes().filter((one) => isGitIn(site.folder, one) || one.argv.some(isLauncher(site.folder)));
    for (const one of [...left, ...claudesIn(site.folder, processes())]) done.push(kill(one.pid, one.argv[0] ?? "?"));
    return [...done, kill(site.server.pid(), "the control plane")].join(", ");
  },
  "freeze-runner": async (deed) => {
    const { program } = runnerOf(deed);
    const pid = program.pid();
    if (pid === null || !program.signal("SIGSTOP")) return `${program.name} was not there`;
    await lasting(deed);
    // It may have been killed and started again meanwhile.
    if (program.pid() === pid) program.signal("SIGCONT");
    return `${program.name} stood still`;
  },
  "webhook-drop": async ({ site, pick }) => {
    const count = 1 + Math.floor(pick * 3);
    site.github.faults.dropWebhooks(count);
    return `${count} events are dropped`;
  },
  "webhook-double": async ({ site, pick }) => {
    const count = 1 + Math.floor(pick * 6);
    site.github.faults.duplicateWebhooks(count);
    return `${count} events come twice`;
  },
  "webhook-delay": async ({ site, pick, lastsMs }) => {
    const count = 1 + Math.floor(pick * 4);
    site.github.faults.delayWebhooks(count, lastsMs);
    return `${count} events come ${lastsMs} ms late`;
  },
  "webhook-reorder": async ({ site, pick }) => {
    const count = 1 + Math.floor(pick * 4);
    site.github.faults.reorderWebhooks(count);
    return `${count} events change places`;
  },
  "github-500": async (deed) => refuse(deed),
  "github-lost": async (deed) => lose(deed),
  "github-429": async (deed) => limit(deed),
  "github-hang": async (deed) => hang(deed),
  "git-fails": async (deed) => gitFault(deed, "refused"),
  "git-cut": async (deed) => gitFault(deed, "cut"),
  "wire-cut": (deed) => bend(deed, "cut"),
  "wire-reset": async (deed) => {
    runnerOf(deed).wire.reset();
    return `the connections of ${runnerOf(deed).program.name} were reset`;
  },
  "wire-half-open": (deed) => bend(deed, "half-open"),
  "wire-slow": (deed) => bend(deed, 50 + Math.floor(deed.pick * 1_000)),
  "wire-one-way": (deed) => bend(deed, "one-way"),
  "disk-full": async (deed) => {
    const { disk } = deed.site;
    if (disk === null) return "there is no small disk";
    disk.isFull = true;
    disk.fill();
    await lasting(deed);
    disk.free();
    // A program that fell over it may notice a moment later.
    setTimeout(() => {
      disk.isFull = false;
    }, 1_000).unref();
    return "the disk was full";
  },
  "clock-server": (deed) => jump(deed, deed.site.serverClock),
  "clock-runner": (deed) => jump(deed, runnerOf(deed).clockFile),
  "worktree-gone": async (deed) => {
    const victim = await claudeOf(deed);
    if (victim === null) return "no worktree was there";
    const tree = /^.*\/work\/tree/.exec(victim.folder)?.[0] ?? join(victim.folder, "nowhere");
    rmSync(tree, { recursive: true, force: true, maxRetries: 3 });
    return `${tree} was deleted`;
  },
};

function runnerOf({ site, pick }: Deed): Runner {
  const runner = site.runners[Math.floor(pick * site.runners.length)];
  if (runner === undefined) throw new Error("there is no runner");
  return runner;
}

/** The runner that has the task's Claude, else the one that was drawn. */
function holderOf(deed: Deed): Runner {
  const claude = claudesOf(deed)[0];
  return deed.site.runners.find(({ home }) => claude?.folder.startsWith(home)) ?? runnerOf(deed);
}

/** Waits until the fault has lasted, or everything has to be whole. */
async function lasting({ lastsMs, over }: Deed): Promise<void> {
  await wait(lastsMs, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}

function kill(pid: number | null, name: string): string {
  if (pid === null) return `${name} was not there`;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return `${name} had just ended`;
    throw error;
  }
  return `${name} (${pid}) was killed`;
}

function killTmux({ tmuxSocket, program }: Runner): string {
  const server = processes().filter(({ argv }) => argv[0]?.startsWith("tmux") && argv.includes(tmuxSocket));
  return server.length === 0
    ? `no tmux server of ${program.name} was there`
    : server.map(({ pid }) => kill(pid, `tmux of ${program.name}`)).join(", ");
}

/** Claude of the task, once it is there. */
async function claudeOf(deed: Deed) {
  const find = () => claudesOf(deed)[0] ?? (deed.over.aborted ? "none" : null);
  const found = await soon<ReturnType<typeof claudesOf>[number] | "none">(find, victimMs, "none");
  return found === "none" ? null : found;
}

function claudesOf({ site, sessions }: Deed) {
  return claudesIn(site.folder, processes()).filter(({ session }) => sessions().has(session));
}

/** Half of the time a push that is under way, else any git of a runner's. */
async function killGit({ site, over, pick }: Deed): Promise<string> {
  const isPush = ({ argv }: Process) => argv.some((word) => /^(push|send-pack|remote-https?)$/.test(word));
  const find = () => {
    const found = processes().filter((one) => isGitIn(site.folder, one) && (pick > 0.5 || isPush(one)));
    return found.length > 0 || over.aborted ? found : null;
  };
  const found = await soon(find, victimMs, []);
  const done = found.map((one) => kill(one.pid, commandOf(one)));
  return done.length === 0 ? "no such git was there" : done.join(", ");
}

/** `git log`: what is left of a command line without its options. */
function commandOf({ argv }: Process): string {
  const at = argv.findIndex((word, before) => before > 0 && /^[a-z][a-z-]+$/.test(word));
  return `git ${argv[at] ?? ""}`;
}

/** Looks quickly, as what is looked for lives for moments only. */
async function soon<T>(find: () => T | null, ms: number, otherwise: T): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = find();
    if (found !== null) return found;
    if (performance.now() > deadline) return otherwise;
    await wait(10);
  }
}

/** A git process of a runner's: not one of the stand-in's. */
function isGitIn(folder: string, one: Process): boolean {
  const isGit = /\/git[^/]*$/.test(one.program);
  const runner = new RegExp(`${folder}/runner-\\d+`);
  return isGit && (runner.test(one.folder) || runner.test(one.argv.join(" ")));
}

const isLauncher = (folder: string) => (word: string) => word.startsWith(folder) && word.includes("/instance-");

async function bend(deed: Deed, mode: "cut" | "half-open" | "one-way" | number): Promise<string> {
  const { wire, program } = runnerOf(deed);
  wire.set(mode);
  await lasting(deed);
  wire.set("open");
  return `the wire of ${program.name} was ${typeof mode === "number" ? `${mode} ms slow` : mode}`;
}

async function jump(deed: Deed, file: string): Promise<string> {
  const minutes = Math.round((deed.pick - 0.5) * 240);
  writeFileSync(file, String(minutes * 60_000));
  await lasting(deed);
  writeFileSync(file, "0");
  return `the clock was ${minutes} min off`;
}
