import { join } from "node:path";

export type ServiceKind = "systemd" | "launchd";

export type ServiceFile = {
  path: string;
  content: string;
  /** What makes the system start it now and after each login. */
  start: string[][];
  /** Where its log is, in words. */
  log: string;
};

/**
 * What lets the system start a runner as its owner.
 * @param of.program node and our program
 * @param of.state the folder of its state where that is not the usual one
 */
export function serviceFile(
  kind: ServiceKind,
  of: { home: string; program: string[]; path: string; state: string | null },
): ServiceFile {
  return kind === "systemd" ? systemdUnit(of) : launchdAgent(of);
}

type Of = Parameters<typeof serviceFile>[1];

/**
 * A stopped runner drains first, which may take as long as a run; what it started lives in tmux and is not to be killed
 * with it (systemd.kill(5), KillMode).
 */
function systemdUnit({ home, program, path, state }: Of): ServiceFile {
  const name = "cc-orchestrator-runner.service";
  const variables = [`PATH=${path}`, ...(state === null ? [] : [`CC_ORCHESTRATOR_HOME=${state}`])];
  const content = [
    "[Unit]",
    "Description=CC-Orchestrator runner",
    "After=network-online.target",
    "",
    "[Service]",
    `ExecStart=${[...program, "runner", "start"].map(quoted).join(" ")}`,
    ...variables.map((variable) => `Environment=${quoted(variable)}`),
    "Restart=on-failure",
    "RestartSec=10",
    "# Its configuration is to be corrected first.",
    "RestartPreventExitStatus=78",
    "KillMode=process",
    "TimeoutStopSec=60",
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
  return {
    path: join(home, ".config/systemd/user", name),
    content,
    start: [
      ["systemctl", "--user", "daemon-reload"],
      ["systemctl", "--user", "enable", "--now", name],
    ],
    log: `Its log: journalctl --user -u ${name}. Without a login it starts after: loginctl enable-linger`,
  };
}

function launchdAgent({ home, program, path, state }: Of): ServiceFile {
  const label = "cc-orchestrator.runner";
  const file = join(home, "Library/LaunchAgents", `${label}.plist`);
  const log = join(home, "Library/Logs", `${label}.log`);
  const variables = { PATH: path, ...(state === null ? {} : { CC_ORCHESTRATOR_HOME: state }) };
  const text = (value: string) => `<string>${escaped(value)}</string>`;
  const content = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0"><dict>',
    `  <key>Label</key>${text(label)}`,
    "  <key>ProgramArguments</key><array>",
    ...[...program, "runner", "start"].map((word) => `    ${text(word)}`),
    "  </array>",
    "  <key>EnvironmentVariables</key><dict>",
    ...Object.entries(variables).map(([name, value]) => `    <key>${name}</key>${text(value)}`),
    "  </dict>",
    "  <key>RunAtLoad</key><true/>",
    "  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>",
    "  <key>AbandonProcessGroup</key><true/>",
    `  <key>StandardErrorPath</key>${text(log)}`,
    "</dict></plist>",
    "",
  ].join("\n");
  return { path: file, content, start: [["launchctl", "load", "-w", file]], log: `Its log: ${log}` };
}

/** As systemd.syntax(7) quotes; `%` and `$` would be replaced. */
function quoted(word: string): string {
  const safe = word.replaceAll("%", "%%").replaceAll("$", "$$$$").replace(/[\\"]/g, "\\$&");
  return /[\s"'\\]/.test(word) ? `"${safe}"` : safe;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
