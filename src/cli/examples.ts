/** How each command is called, for its help: by its words. `#` begins what a line is for. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  init: [
    "init                # in a repository: its policy file",
    "init --app          # the GitHub App",
    "init --token        # your own token instead of an App",
    "init --runner       # this machine works for a server",
    "init --runner --server https://orchestrator.example.com --with-token --yes < token",
  ],
  up: ["up", "up --port 9090"],
  status: ["status", "status --watch", "status --json=name,status"],
  explain: ["explain TASK-12"],
  attach: ["attach TASK-12", "attach TASK-12 --layout split", "attach TASK-12 TASK-13 --read-only"],
  logs: ["logs --follow", "logs --task TASK-12 --level say", 'logs --grep "timed out" --since 2h'],
  login: [
    "login --server https://orchestrator.example.com --device",
    "login --profile work --server https://orchestrator.example.com --with-token < operator.token",
  ],
  events: ["events", "events --json | jq .body.kind"],
  cost: ["cost --since 7d", "cost --by repository", "cost --by day --csv > cost.csv"],
  doctor: ["doctor", "doctor --fix", "doctor --bundle support.tar.gz   # to send along with a question"],
  reconcile: ["reconcile", "reconcile --repository octocat/hello-world"],
  backup: ["backup ~/copies/cc-orchestrator.db"],
  restore: ["restore ~/copies/cc-orchestrator.db"],
  version: ["version", "version --json"],
  completion: [
    "completion bash > ~/.local/share/bash-completion/completions/cc-orchestrator",
    'completion zsh > "$HOME/.zfunc/_cc-orchestrator"',
    "completion fish > ~/.config/fish/completions/cc-orchestrator.fish",
  ],
  serve: ["serve", "serve --background"],

  "web start": ["web start", "web start -d              # in the background", "web start --port 9090"],
  "web stop": ["web stop", "web stop --now            # Claude, too; it goes on after the next start"],
  "web status": ["web status"],
  "web open": ["web open", "web open --print"],

  "runner register": [
    "runner register --server https://orchestrator.example.com --with-token < token",
    "runner register --server https://orchestrator.example.com --with-token --labels linux,gpu --slots 2 < token",
  ],
  "runner start": ["runner start", "runner start --slots 2", "runner start --once        # ends after one run"],
  "runner token": ["runner token"],
  "runner list": ["runner list", "runner list --json=name,state"],
  "runner install": ["runner install", "runner install --yes"],
  "runner pause": ["runner pause laptop", 'runner pause laptop --note "in a meeting"'],
  "runner resume": ["runner resume laptop"],
  "runner remove": ["runner remove laptop"],
  "runner drain": ["runner drain"],
  "runner stop": ["runner stop"],

  "task create": [
    'task create "Greet in French" --branch feature/french --run',
    "task create --file wish.md --depends-on TASK-12",
    'task create "Make the parser quick" --times 3 --budget 2.50',
    "task create --issue 12",
    "task create --import label:bug",
  ],
  "task list": ["task list --status waiting", "task list --json=name,status"],
  "task show": ["task show TASK-12"],
  "task logs": ["task logs TASK-12 --follow", "task logs TASK-12 --tail 20 --level tool"],
  "task cancel": ["task cancel TASK-12"],
  "task answer": ['task answer TASK-12 "Use the first one"'],
  "task approve": ["task approve TASK-12"],
  "task say": ['task say TASK-12 "Leave the old name in place"'],
  "task retry": ["task retry TASK-12"],
  "task continue": ["task continue TASK-12"],
  "task fix-ci": ["task fix-ci TASK-12"],
  "task rebase": ["task rebase TASK-12"],
  "task recover": ["task recover TASK-12 --list", "task recover TASK-12 --number 2 --branch rescued"],
  "task open-pr": ["task open-pr TASK-12", "task open-pr TASK-12 --ready"],
  "task edit": ["task edit TASK-12 --priority high --budget 5", 'task edit TASK-12 --title "Greet in Breton"'],
  "task rm": ["task rm TASK-12 TASK-13"],
  "task run": ["task run TASK-12"],
  "task diff": ["task diff TASK-12", "task diff TASK-12 --stat"],
  "task open": ["task open TASK-12", "task open TASK-12 --print"],
  "task compare": ["task compare TASK-12            # with the others of --times", "task compare TASK-12 TASK-15"],
  "task pick": ["task pick TASK-12"],

  "instance spawn": ["instance spawn --task TASK-12"],
  "instance list": ["instance list"],
  "instance attach": ["instance attach TASK-12", "instance attach TASK-12 TASK-13 --layout watch"],
  "instance logs": ["instance logs TASK-12 --follow"],
  "instance stop": ["instance stop TASK-12"],
  "instance send": ['instance send TASK-12 "Leave the old name in place"'],
  "instance takeover": ["instance takeover TASK-12"],
  "instance handback": ["instance handback TASK-12"],
  "instance restart": ["instance restart TASK-12"],

  "worktree list": ["worktree list"],
  "worktree path": ['cd "$(cc-orchestrator worktree path TASK-12)"'],
  "worktree open": ["worktree open TASK-12"],
  "worktree remove": ["worktree remove TASK-12"],
  "worktree prune": ["worktree prune --yes"],

  "profile list": ["profile list"],
  "profile use": ["profile use work", "profile use local"],
  "profile remove": ["profile remove work"],

  "config get": ["config get server.port", "config get PORT --json"],
  "config set": ["config set server.port 9090", "config set server.port --unset"],
  "config edit": ["config edit"],
  "config show": ["config show", "config show --origin"],
  "config path": ["config path"],
  "config validate": ["config validate"],

  "integrations list": ["integrations list"],
  "integrations test": ["integrations test slack"],
  "webhook list": ["webhook list --status dead"],
  "webhook resend": ["webhook resend 5", "webhook resend --receiver ops"],
};

/** What stands below a command's help. */
export function examplesOf(words: readonly string[]): string {
  const lines = (examples[words.join(" ")] ?? []).map((line) =>
    line.includes(`$(${program} `) ? `  ${line}` : `  ${program} ${line}`,
  );
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}`;
}

const program = "cc-orchestrator";
