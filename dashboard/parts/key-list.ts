import { pages } from "../store/route.ts";

/** Every key and what it does, as `?` shows it. */
export const keys = [
  ["Ctrl K, ⌘K", "Go to anything, do anything"],
  ["j / k", "Next, previous task"],
  ["h / l", "Column to the left, to the right"],
  ["Enter, e", "Open the selected task"],
  ["e", "On its page: open the worktree in an editor"],
  ["r", "Retry the task"],
  ["s", "Stop the task"],
  ["a", "Approve what waits for it"],
  ["m", "Tell Claude more, or answer it"],
  ["t / b", "Take its session over, hand it back"],
  ["o", "Open its pull request"],
  ["i", "Open its issue"],
  ["c", "New task"],
  ["/", "Filter"],
  ...pages.map(({ key, title }) => [key, title] as const),
  ["Esc", "Back to the board, close"],
  ["?", "This list"],
] as const;
