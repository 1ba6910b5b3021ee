import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Policy, policyPath } from "#protocol/policy.ts";
import { originOf, topOf } from "../checkout.ts";
import type { Context } from "../context.ts";
import { FailedError } from "../errors.ts";
import { askGitHub, personalToken } from "../github-api.ts";
import type { Check } from "./check.ts";

const name = "issue label";
const colour = "d97757";

/**
 * Within a repository with a policy file: whether its issue label is there at GitHub, for people to put on issues. Only
 * asked where there is a token to ask with.
 */
export async function checkLabel(context: Context): Promise<Check[]> {
  const label = await wantedLabel(context.folder);
  if (label === null) return [];
  const repository = await originOf(context.folder);
  if (repository === null || (await personalToken(context)) === null) return [];
  const path = `/repos/${repository}/labels`;
  try {
    const { status } = await askGitHub(context, "GET", `${path}/${encodeURIComponent(label)}`, undefined, [404]);
    if (status !== 404) return [{ name, verdict: "good", found: `${label} in ${repository}` }];
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    return [{ name, verdict: "note", found: `cannot be told: ${error.message}`, advice: error.advice }];
  }
  const body = { name: label, color: colour, description: "Claude Code is to make a pull request of this" };
  const apply = async () => void (await askGitHub(context, "POST", path, body));
  const found = `${repository} has no label ${label}`;
  const advice = `Make it: gh label create ${JSON.stringify(label)}`;
  return [{ name, verdict: "note", found, advice, fix: { done: `made the label ${label} in ${repository}`, apply } }];
}

/** The label that the policy file around this folder names; null without such a file, or with a broken one. */
async function wantedLabel(folder: string): Promise<string | null> {
  const top = await topOf(folder).catch(() => null);
  if (top === null || !existsSync(join(top, policyPath))) return null;
  try {
    const policy = Policy.safeParse(parse(readFileSync(join(top, policyPath), "utf8")) ?? {});
    return policy.success ? policy.data.label : null;
  } catch {
    return null; // said by whoever reads the file for work
  }
}
