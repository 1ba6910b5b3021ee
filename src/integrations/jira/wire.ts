import { type ApiError, isApiError, isNetworkError, isRateLimitError, isSchemaMismatchError } from "jira.js";
import { BlobSchema, createClient } from "jira.js/core";
import { z } from "zod";
import { ElsewhereBusyError, ElsewhereDownError } from "#operations/ports/elsewhere.ts";
import { JiraComment, JiraStatus, JiraTicket, JiraTransition, JiraUser } from "./ticket.ts";

/** A Jira site: of the Cloud (REST v3, documents), or one's own Server or Data Center (REST v2, wiki text). */
export type JiraSite = {
  kind: "cloud" | "server";
  /** `https://acme.atlassian.net` */
  url: string;
  /** An e-mail with an API token, or a personal access token alone. */
  auth: { email: string; token: string } | { token: string };
};

/** Rich text as the site takes it: a document, or wiki text. */
export type RichText = object | string;

const timeoutMs = 20_000;
/** How long the site is left alone that says nothing of how long. */
const restMs = 60_000;
const pageSize = 100;
/** So many of one search at most; whoever asks goes on from the last one. */
const mostFound = 2_000;
const ticketFields = [
  "summary",
  "description",
  "status",
  "labels",
  "attachment",
  "creator",
  "assignee",
  "priority",
  "updated",
  "project",
];

const Found = z.object({
  issues: z.array(z.object({ key: z.string(), fields: z.object({ updated: z.string() }) })),
  nextPageToken: z.string().nullish(),
  total: z.number().nullish(),
});
export type FoundTicket = { key: string; updated: string };

export type Wire = ReturnType<typeof openWire>;

/**
 * What we ask of Jira, in one way for both of its kinds. What it refuses for good is thrown as jira.js' ApiError.
 * @throws ElsewhereBusyError, ElsewhereDownError
 */
export function openWire(site: JiraSite, clock: () => number) {
  const { auth, url, kind } = site;
  const client = createClient({
    host: url,
    auth:
      "email" in auth
        ? { type: "basic", email: auth.email, apiToken: auth.token }
        : { type: "bearer", token: auth.token },
    // What waits, waits in our loop.
    retry: { maxAttempts: 1 },
    onSchemaMismatch: "throw",
  });
  const api = `/rest/api/${kind === "cloud" ? 3 : 2}`;
  const issue = (key: string) => `${api}/issue/${encodeURIComponent(key)}`;

  async function ask<T>(request: Parameters<typeof client.sendRequest<T>>[0]): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(
        () => fail(new ElsewhereDownError(`Jira does not answer within ${timeoutMs / 1_000} s`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([client.sendRequest<T>(request), late]);
    } catch (error) {
      throw inOurWords(error, clock());
    } finally {
      clearTimeout(timer);
    }
  }

  async function search(jql: string): Promise<FoundTicket[]> {
    const found: FoundTicket[] = [];
    let token: string | null = null;
    do {
      const more = token === null ? {} : kind === "cloud" ? { nextPageToken: token } : { startAt: Number(token) };
      const body = { jql, fields: ["updated"], maxResults: pageSize, ...more };
      const path = kind === "cloud" ? `${api}/search/jql` : `${api}/search`;
      const page: z.infer<typeof Found> = await ask({ url: path, method: "POST", body, schema: Found });
      found.push(...page.issues.map(({ key, fields }) => ({ key, updated: fields.updated })));
      if (kind === "cloud") token = page.nextPageToken ?? null;
      else token = page.issues.length > 0 && found.length < (page.total ?? 0) ? String(found.length) : null;
    } while (token !== null && found.length < mostFound);
    return found;
  }

  return {
    mostFound,
    search,
    myself: () => ask({ url: `${api}/myself`, schema: JiraUser }),
    ticket: (key: string) =>
      ask({
        url: issue(key),
        searchParams: { fields: ticketFields.join(","), expand: "changelog" },
        schema: JiraTicket,
      }),
    status: async (key: string) => {
      const schema = z.object({ fields: z.object({ status: JiraStatus }) });
      return (await ask({ url: issue(key), searchParams: { fields: "status" }, schema })).fields.status;
    },
    transitions: async (key: string) => {
      const schema = z.object({ transitions: z.array(JiraTransition) });
      return (await ask({ url: `${issue(key)}/transitions`, schema })).transitions;
    },
    transit: (key: string, id: string) =>
      ask({ url: `${issue(key)}/transitions`, method: "POST", body: { transition: { id } } }),
    comments: async (key: string) => {
      const schema = z.object({ comments: z.array(JiraComment) });
      const searchParams = { orderBy: "-created", maxResults: 100 };
      return (await ask({ url: `${issue(key)}/comment`, searchParams, schema })).comments;
    },
    addComment: async (key: string, body: RichText) => {
      const schema = z.object({ id: z.string() });
      return (await ask({ url: `${issue(key)}/comment`, method: "POST", body: { body }, schema })).id;
    },
    updateComment: (key: string, id: string, body: RichText) =>
      ask({ url: `${issue(key)}/comment/${encodeURIComponent(id)}`, method: "PUT", body: { body } }),
    /** Made anew or brought up to date by its own name. */
    link: (key: string, link: { globalId: string; url: string; title: string; isResolved: boolean }) => {
      const object = { url: link.url, title: link.title, status: { resolved: link.isResolved } };
      const body = { globalId: link.globalId, application: { name: "CC-Orchestrator" }, object };
      return ask({ url: `${issue(key)}/remotelink`, method: "POST", body });
    },
    assign: (key: string, user: JiraUser) => {
      const body = kind === "cloud" ? { accountId: user.accountId } : { name: user.name };
      return ask({ url: `${issue(key)}/assignee`, method: "PUT", body });
    },
    fill: (key: string, fields: Readonly<Record<string, string | number | null>>) =>
      ask({ url: issue(key), method: "PUT", body: { fields } }),
    user: async (email: string): Promise<JiraUser | null> => {
      const searchParams = kind === "cloud" ? { query: email } : { username: email };
      const found = await ask({ url: `${api}/user/search`, searchParams, schema: z.array(JiraUser) });
      return found.length === 1 ? (found[0] ?? null) : null;
    },
    /** The bytes of an attachment whose size is known to be small. */
    attachment: async ({ id, content }: { id: string; content: string }): Promise<string> => {
      const own = new URL(content, url);
      const path = kind === "cloud" ? `${api}/attachment/content/${encodeURIComponent(id)}` : own.pathname;
      // Only the site itself is asked: our credentials go nowhere else.
      if (kind === "server" && own.origin !== new URL(url).origin) return "";
      const blob = await ask({ url: path, searchParams: { redirect: false }, schema: BlobSchema });
      return blob.text();
    },
  };
}

function inOurWords(error: unknown, now: number): Error {
  if (error instanceof ElsewhereDownError) return error;
  if (isRateLimitError(error)) return new ElsewhereBusyError(now + (error.retryAfterMs ?? restMs), "Jira wants rest");
  if (isNetworkError(error)) return new ElsewhereDownError(`Jira does not answer: ${error.message}`, { cause: error });
  if (isSchemaMismatchError(error))
    return new Error(`Jira's answer is not understood: ${error.message}`, { cause: error });
  if (isApiError(error) && error.status === 401)
    return new ElsewhereDownError("Jira does not let us in (401): make a new token", { cause: error });
  if (isApiError(error) && error.status >= 500)
    return new ElsewhereDownError(`Jira does not answer: ${error.status}`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

/** What went wrong, for people: in Jira's own words where it refused. */
export function troubleIn(error: unknown): string {
  const refusal = refusalIn(error);
  if (refusal !== null) return `Jira refuses (${refusal})`;
  return error instanceof Error ? error.message : String(error);
}

/** Refused for good: not there, not allowed or not valid; in Jira's own words. */
export function refusalIn(error: unknown): string | null {
  if (!isApiError(error)) return null;
  const { errorMessages = [], errors = {} } = bodyOf(error);
  const words = [...errorMessages, ...Object.entries(errors).map(([field, why]) => `${field}: ${why}`)].join("; ");
  return `${error.status}${words === "" ? "" : `: ${words.slice(0, 300)}`}`;
}

export function isGone(error: unknown): boolean {
  return isApiError(error) && error.status === 404;
}

const Refusal = z.object({
  errorMessages: z.array(z.string()).optional().catch(undefined),
  errors: z.record(z.string(), z.string()).optional().catch(undefined),
});

function bodyOf({ body }: ApiError): z.infer<typeof Refusal> {
  const read = Refusal.safeParse(body);
  return read.success ? read.data : {};
}
