/** What the App needs, as in app.yml; a test holds the two together. */
export const appPermissions = {
  contents: "write",
  issues: "write",
  pull_requests: "write",
  checks: "write",
  actions: "write",
  statuses: "read",
  metadata: "read",
} as const;
export const appEvents = [
  "check_run",
  "check_suite",
  "issue_comment",
  "issue_dependencies",
  "issues",
  "pull_request",
  "pull_request_review",
  "push",
  "status",
  "sub_issues",
  "workflow_run",
] as const;

export type AppWish = {
  /** The base of GitHub's website. */
  github: string;
  /** Makes it an organisation's App instead of one's own. */
  organization: string | null;
  name: string;
  /** Where GitHub can reach the control plane; null for one that nobody outside can reach yet. */
  webhookUrl: string | null;
  /** Where GitHub sends people back to who sign in; null when there is no such address yet. */
  callbackUrl: string | null;
};

/**
 * The address of GitHub's form for a new App with everything filled in but the webhook secret, which belongs in no
 * address (https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-using-url-parameters).
 */
export function appLink({ github, organization, name, webhookUrl, callbackUrl }: AppWish): string {
  const place = organization === null ? "settings/apps/new" : `organizations/${organization}/settings/apps/new`;
  const url = new URL(`${github}/${place}`);
  const fields: [string, string][] = [
    ["name", name],
    ["description", "Label an issue, and a pull request comes back."],
    ["url", "https://github.com/cc-orchestrator/cc-orchestrator"],
    ["public", "false"],
    ["webhook_active", String(webhookUrl !== null)],
    ...(webhookUrl === null ? [] : ([["webhook_url", webhookUrl]] as [string, string][])),
    ...(callbackUrl === null ? [] : ([["callback_urls[]", callbackUrl]] as [string, string][])),
    ...Object.entries(appPermissions),
    ...appEvents.map((event): [string, string] => ["events[]", event]),
  ];
  for (const [key, value] of fields) url.searchParams.append(key, value);
  return url.href;
}
