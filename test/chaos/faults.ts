/** What the adversary can do, in words: the table of docs/reliability.md is made from this. */
export const faults = {
  "kill-server": {
    does: "kill -9 of the control plane",
    answer: "started again, it finds everything in its database; deliveries that failed meanwhile are asked for again",
  },
  "kill-runner": {
    does: "kill -9 of a runner",
    answer: "instances live on in tmux; the next runner adopts them, and its spool and journal tell where each run was",
  },
  "kill-tmux": {
    does: "kill -9 of a runner's tmux server, with all terminals in it",
    answer: "the session goes on in a new instance, in the same worktree",
  },
  "kill-claude": {
    does: "kill -9 of one Claude Code process",
    answer: "another attempt goes on with the session and the branch, up to three",
  },
  "kill-git": {
    does: "kill -9 of the git processes of a push that is under way",
    answer: "pushed again; never by force",
  },
  reboot: {
    does: "kill -9 of everything at once: control plane, runners, tmux, Claude, git",
    answer: "as after each of them; locks of processes that are gone hold nobody up",
  },
  "freeze-runner": {
    does: "a runner stands still (SIGSTOP) and goes on",
    answer: "it asks whether its runs are still its own before it does anything",
  },
  "webhook-drop": { does: "events are never delivered", answer: "found by reconciling, within a minute" },
  "webhook-double": { does: "events are delivered twice", answer: "the second one changes nothing" },
  "webhook-delay": { does: "events are delivered seconds late, behind later ones", answer: "order does not matter" },
  "webhook-reorder": { does: "events change places", answer: "order does not matter" },
  "github-500": { does: "GitHub answers 500, 502 or 503, before the effect", answer: "written again later" },
  "github-lost": {
    does: "GitHub does what it is asked for, and its answer is lost (502, or the connection is cut)",
    answer: "looked up before it is written again",
  },
  "github-429": {
    does: "GitHub answers 429, or 403 with its secondary limit",
    answer: "all writes of that installation wait until the time that GitHub names",
  },
  "github-hang": { does: "GitHub hangs for seconds and then hangs up", answer: "given up after 30 s, and tried again" },
  "git-fails": { does: "GitHub refuses a fetch or push with 500 or 502", answer: "tried again" },
  "git-cut": { does: "the connection of a fetch or push is cut, before or after its effect", answer: "tried again" },
  "wire-cut": {
    does: "runner and control plane are cut apart for seconds",
    answer: "instances go on, reports are spooled, nothing is pushed once the lease is unsure",
  },
  "wire-reset": { does: "all connections between runner and control plane are reset", answer: "made again" },
  "wire-half-open": { does: "connections stay open and carry nothing", answer: "noticed by timeouts; asked again" },
  "wire-slow": { does: "every byte between runner and control plane is late", answer: "slower" },
  "wire-one-way": {
    does: "requests arrive, answers are lost",
    answer: "every request may be repeated: reports by their number, claims by their epoch",
  },
  "disk-full": {
    does: "the disk of the control plane's state is full for seconds",
    answer: "what cannot be stored is refused and sent again; nothing that was acknowledged is lost",
  },
  "clock-server": {
    does: "the control plane's wall clock jumps by up to two hours and back",
    answer: "leases are counted on",
  },
  "clock-runner": { does: "a runner's wall clock jumps by up to two hours and back", answer: "leases are monotonic" },
  "worktree-gone": {
    does: "the worktree of a run is deleted while Claude works in it",
    answer: "the task fails with that reason, or ends well where the work was pushed before",
  },
} as const satisfies Record<string, { does: string; answer: string }>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];
