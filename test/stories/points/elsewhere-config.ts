import type { DiscordStandIn } from "#test/discord/discord.ts";
import type { JiraStandIn } from "#test/jira/jira.ts";
import { noIntegrations } from "../../../src/config/integrations.ts";
import type { ServerConfig } from "../../../src/config/server.ts";
import { repo } from "../website.ts";

/** Jira, which is asked often what has changed, a channel that alerts are told in, and a hook for a program's wishes. */
export function configOf(of: { jira: JiraStandIn; discord: DiscordStandIn; secret: string }): Partial<ServerConfig> {
  const { jira, discord, secret } = of;
  const { token, channel, publicKey, apiUrl } = discord;
  return {
    integrations: {
      ...noIntegrations,
      discord: { to: { kind: "bot", channel, token, publicKey }, apiUrl, people: {} },
      hooks: [
        {
          name: "builds",
          secrets: [secret],
          login: "ada",
          when: {},
          does: {
            kind: "task",
            repository: repo,
            title: "{{title}}",
            body: "",
            key: null,
            url: null,
            priority: "normal",
            isPlan: false,
          },
        },
      ],
      jira: {
        kind: "cloud",
        url: jira.url,
        auth: jira.auth,
        secrets: [],
        pollMs: 200,
        people: { "ada@acme.test": "ada" },
        projects: [
          {
            project: "SHOP",
            repository: repo,
            label: "claude",
            jql: null,
            isPlan: false,
            states: { review: "In Review" },
            assignee: null,
            fields: {},
          },
        ],
      },
    },
  };
}
