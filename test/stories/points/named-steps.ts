import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProbotOctokit } from "probot";
import { calls } from "#github/permissions.ts";

const source = fileURLToPath(new URL("../../../src", import.meta.url));

/** Every step that the source can take, by the names that `crash-server.ts` gives them. */
export function namedSteps(): string[] {
  return [...new Set([...transactions(), ...githubWrites()])];
}

function transactions(): string[] {
  return ["operations", "loops", "."].flatMap((folder) =>
    readdirSync(join(source, folder))
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => transactionsIn(file, readFileSync(join(source, folder, file), "utf8"))),
  );
}

function transactionsIn(file: string, text: string): string[] {
  const found: string[] = [];
  let name = "?";
  for (const line of text.split("\n")) {
    name =
      /^\s*(?:export )?(?:async )?function (\w+)|^\s*(\w+): \(.*\) => store\.transaction|^\s*(\w+)(?:\(\w+\)|: \(.*\) =>) \{$/
        .exec(line)
        ?.slice(1)
        .find(Boolean) ?? name;
    if (/store\.transaction\(/.test(line)) found.push(`transaction ${file} ${name}`);
  }
  return found;
}

/** The app's own calls that change something are no matter of permissions. */
const changingApp = ["apps.createInstallationAccessToken", "apps.redeliverWebhookDelivery"];

function githubWrites(): string[] {
  const rest = new ProbotOctokit().rest as unknown as Record<string, Record<string, Endpoint>>;
  return Object.entries(calls).flatMap(([name, { needs }]) => {
    if (needs === "app" ? !changingApp.includes(name) : needs[1] !== "write") return [];
    const [scope = "", method = ""] = name.split(".");
    if (scope === "graphql") return ["github POST /graphql"];
    const defaults = rest[scope]?.[method]?.endpoint.DEFAULTS;
    if (defaults === undefined) throw new Error(`Octokit has no ${name}`);
    const path = defaults.url.replace("{owner}/{repo}", "*").replaceAll(/\{\w+\}/g, "*");
    return defaults.method === "GET" ? [] : [`github ${defaults.method} ${path}`];
  });
}

type Endpoint = { endpoint: { DEFAULTS: { method: string; url: string } } };
