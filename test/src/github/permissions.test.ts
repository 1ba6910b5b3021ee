import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { unaskedEvents, understoodEvents } from "#github/happenings.ts";
import { calls, permissionsNeeded } from "#github/permissions.ts";
import { webhookPath } from "#protocol/routes.ts";

const folder = new URL("../../../src/github/", import.meta.url);
const manifest = parse(readFileSync(new URL("../../../app.yml", import.meta.url), "utf8"));

/** Every `rest.x.y` and GraphQL mutation in the source. */
function callsIn(sources: string[]): string[] {
  const found = sources.flatMap((source) => [
    ...[...source.matchAll(/\brest\s*\.\s*(\w+)\s*\.\s*(\w+)/g)].map(([, group, name]) => `${group}.${name}`),
    ...[...source.matchAll(/mutation\b[^{]*\{\s*(\w+)/g)].map(([, name]) => `graphql.${name}`),
  ]);
  return [...new Set(found)].sort();
}

function sources(): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(new URL(name, folder), "utf8"));
}

describe("the App manifest", () => {
  test("asks for the permissions that our calls need, and no others", () => {
    expect(manifest.default_permissions).toEqual(permissionsNeeded());
  });

  test("asks for the events that we understand, and no others", () => {
    const understood = understoodEvents.map((name) => name.split(".")[0] ?? "");
    const events = new Set(understood.filter((name) => !unaskedEvents.includes(name)));
    expect(new Set(manifest.default_events)).toEqual(events);
    expect(manifest.default_events).toHaveLength(events.size);
  });

  test("is one that GitHub takes: name, URLs, a private app, our webhook path", () => {
    expect(manifest.name.length).toBeLessThanOrEqual(34);
    expect(new URL(manifest.url).protocol).toBe("https:");
    expect(new URL(manifest.hook_attributes.url).pathname).toBe(webhookPath);
    expect(manifest.public).toBe(false);
    const known = ["name", "description", "url", "hook_attributes", "public", "default_permissions", "default_events"];
    const keys = [...known, "callback_urls", "request_oauth_on_install", "setup_on_update"];
    expect(Object.keys(manifest).filter((key) => !keys.includes(key))).toEqual([]);
  });
});

describe("the table of calls", () => {
  test("has every call that the code makes, and none that it does not", () => {
    expect(callsIn(sources())).toEqual(Object.keys(calls).sort());
  });

  test("would show a call that is missing, also one that is split over lines", () => {
    const made = callsIn([
      "await octokit.rest\n  .pulls\n  .merge({})",
      "`mutation x($id: ID!) {\n resolveReviewThread(`",
    ]);
    expect(made).toEqual(["graphql.resolveReviewThread", "pulls.merge"]);
  });

  test("is the only way: nothing calls GitHub by a bare route", () => {
    for (const source of sources()) expect(source).not.toMatch(/\.request\(\s*["'`]|\.paginate\(/);
  });
});
