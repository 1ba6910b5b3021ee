import { generateKeyPairSync } from "node:crypto";
import { happeningOf as happeningAt } from "#github/happenings.ts";

/** A key that no app has. Made once a file: it takes a moment. */
export const aPrivateKey: string = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
}).privateKey;

export const aSecret = "It's a Secret to Everybody, and a long one";

const common = {
  installation: { id: 7, node_id: "x" },
  repository: {
    id: 42,
    full_name: "acme/shop",
    default_branch: "main",
    private: true,
    pushed_at: 1_790_000_000,
  },
  sender: { login: "ada", id: 3, type: "User" },
};

export function labelledPayload(changes: { label?: string; sender?: string; senderType?: string } = {}) {
  return {
    action: "labeled",
    ...common,
    sender: { login: changes.sender ?? "ada", id: 3, type: changes.senderType ?? "User" },
    issue: {
      number: 12,
      title: "Add a search box",
      body: "Please.",
      updated_at: "2026-11-22T10:00:00Z",
    },
    label: { id: 1, name: changes.label ?? "claude", color: "d4c5f9" },
  };
}

export function pullRequestPayload(action: string, changes: Record<string, unknown> = {}) {
  return {
    action,
    ...common,
    number: 13,
    pull_request: {
      number: 13,
      state: "open",
      merged: false,
      draft: true,
      head: { sha: "a".repeat(40), ref: "claude/12-search" },
      updated_at: "2026-11-22T10:00:00Z",
      ...changes,
    },
  };
}

export function commentPayload(body: string, changes: Record<string, unknown> = {}) {
  return {
    action: "created",
    ...common,
    issue: { number: 12, title: "Add a search box", body: "Please.", updated_at: "2026-11-22T10:00:00Z" },
    comment: { id: 9_000_000_001, body, user: { login: "ada" }, created_at: "2026-11-22T10:00:00Z" },
    ...changes,
  };
}

export function editedPayload(changes: Record<string, unknown> = { body: { from: "Please." } }) {
  const { label: _, ...payload } = labelledPayload();
  return { ...payload, action: "edited", changes };
}

export function checkRunPayload(action: string, changes: Record<string, unknown> = {}) {
  return { action, ...common, check_run: { id: 50_000_000_001, head_sha: "a".repeat(40) }, ...changes };
}

export function pushPayload(changes: Record<string, unknown> = {}) {
  return {
    ...common,
    ref: "refs/heads/main",
    deleted: false,
    forced: false,
    commits: [{ added: [], modified: [".github/cc-orchestrator.yml"], removed: [] }],
    ...changes,
  };
}

/** About an installation, and so without a repository of its own. */
export function appLeftPayload(action: string) {
  const { installation, sender } = labelledPayload();
  return { action, installation, sender, repositories_removed: [{ id: 42 }], repositories: [{ id: 42 }] };
}

/** When all of them are received. */
export const receivedAt = Date.parse("2026-11-22T10:00:05Z");
export const happeningOf = (event: string, payload: unknown) => happeningAt(event, payload, receivedAt);
