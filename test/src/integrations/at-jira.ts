import { afterEach, beforeEach, expect, vi } from "vitest";
import { openJira } from "#integrations/jira/jira.ts";
import type { JiraProject } from "#integrations/jira/project.ts";
import { textOf } from "#integrations/jira/rich-text.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import type { Elsewhere } from "#operations/ports/elsewhere.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { showTask } from "#operations/show-tasks.ts";
import { type JiraStandIn, openJiraStandIn } from "#test/jira/jira.ts";
import { type Bench, openBench } from "../operations/bench.ts";
import { type QuietGitHub, quietGitHub } from "../operations/quiet-github.ts";

export const aProject = (of: Partial<JiraProject> = {}): JiraProject => ({
  project: "SHOP",
  repository: "acme/shop",
  label: "claude",
  jql: null,
  isPlan: false,
  states: {},
  assignee: null,
  fields: {},
  ...of,
});

type Opened = { projects?: JiraProject[]; kind?: "cloud" | "server"; secrets?: string[]; pollMs?: number };

/** The operations with a Jira, where ada is known; what its place warned of is kept. */
export function atJira() {
  let github: QuietGitHub;
  let bench: Bench;
  let jira: JiraStandIn;
  let place: Elsewhere;
  const warned: string[] = [];
  beforeEach(() => {
    github = quietGitHub();
    bench = openBench(github.github);
    warned.length = 0;
  });
  afterEach(async () => {
    await place.close();
    expect(jira.violations).toEqual([]);
    await jira.close();
    bench.close();
  });
  return {
    get github() {
      return github;
    },
    get bench() {
      return bench;
    },
    get jira() {
      return jira;
    },
    get place() {
      return place;
    },
    warned,
    async open({ projects = [aProject()], kind = "cloud", secrets = [], pollMs = 25 }: Opened = {}): Promise<void> {
      const { clock } = bench.world;
      jira = await openJiraStandIn({ kind, clock });
      const { url, auth } = jira;
      const people = { "ada@acme.test": "ada" };
      place = openJira({ kind, url, auth, projects, people, secrets, pollMs, clock });
    },
    listen: () =>
      place.listen?.(
        earOf(bench.world, "jira", {
          warn: (about, message) => void warned.push(`${message} ${JSON.stringify(about)}`),
        }),
      ),
    show: () => showElsewhere(bench.world, place, "TASK-1"),
    taskNow: () => showTask(bench.world, "TASK-1"),
    thereIs: (name = "TASK-1") => vi.waitFor(() => showTask(bench.world, name), 3_000),
    commentsOf: (key: string) => jira.ticket(key).comments.map(({ body }) => textOf(body)),
    said: (key: string, count: number) =>
      vi.waitFor(() => expect(jira.ticket(key).comments).toHaveLength(count), 3_000),
  };
}
