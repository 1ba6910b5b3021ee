import type { GitHub } from "#operations/ports/github.ts";

/** What would have been written, in the order in which it would. */
export type Written = { what: string; text: string };

/**
 * GitHub that can be looked at: whatever would write is noted and not done.
 * @param note told what would have been written
 */
export function dryGitHub(github: GitHub, note: (written: Written) => void): GitHub {
  const noted = (what: string, text = "") => {
    note({ what, text });
    return Promise.resolve();
  };
  const refuse = () => Promise.reject(new Error("a dry run writes nothing"));
  return {
    ...github,
    acknowledge: (_ref, issue) => noted(`puts 👀 on #${issue}`),
    createComment: async (_ref, issue, body) => {
      await noted(`comments on #${issue}`, body);
      return "0";
    },
    updateComment: (_ref, _id, body) => noted("changes its comment", body),
    react: (_ref, _comment, content) => noted(`reacts with ${content}`),
    showLabel: (_ref, issue, label) => noted(`shows the state label ${label ?? "of none"} on #${issue}`),
    createCheckRun: async (_ref, picture) => {
      await noted(`makes a check run on ${picture.headSha}`);
      return "0";
    },
    updateCheckRun: (_ref, _id, picture) => noted(`changes the check run on ${picture.headSha}`),
    openPullRequest: refuse,
    updatePullRequest: (_ref, number, picture) => noted(`changes pull request #${number}`, picture.body),
    markReady: (_ref, number) => noted(`marks pull request #${number} ready`),
    replyInThread: (_ref, number, _comment, body) => noted(`answers in a thread of #${number}`, body),
    resolveThreads: (_ref, number) => noted(`resolves threads of #${number}`),
    askForReview: (_ref, number, login) => noted(`asks ${login} to review #${number}`),
    deleteBranch: (_ref, branch) => noted(`deletes the branch ${branch}`),
    startJob: refuse,
    stopJob: refuse,
    redeliver: refuse,
    credential: refuse,
  };
}
