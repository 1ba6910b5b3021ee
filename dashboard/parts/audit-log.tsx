import type { AuditEntry } from "#protocol/operating.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { Section, Table } from "./section.tsx";
import { Ago } from "./status.tsx";

const placeWords = {
  dashboard: "dashboard",
  program: "command line",
  github: "GitHub",
  slack: "Slack",
  discord: "Discord",
  jira: "Jira",
  hook: "a hook",
} as const;

/** "cancelTask" reads as "cancel task"; a command stays as it was written. */
function actionWords({ action, place }: AuditEntry): string {
  const isRoute = place === "dashboard" || place === "program";
  return !isRoute ? visibleLine(action) : action.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Who asked for which change, from where, and what came of it. */
export function AuditLog({ of }: { of: readonly AuditEntry[] }) {
  return (
    <Section title="Audit log" note="who did what, the newest first">
      {of.length === 0 ? (
        <p class="faint">Nobody has done anything yet.</p>
      ) : (
        <Table says="Audit log" heads={["When", "Who", "What", "To", "From"]}>
          {of.map((entry) => (
            <tr key={entry.id} class={entry.refusal === null ? "" : "is-refused"}>
              <th scope="row">
                <Ago at={entry.at} inWords />
              </th>
              <td>{visibleLine(entry.by)}</td>
              <td>
                {actionWords(entry)}
                {entry.refusal === null ? null : (
                  <span class="refusal">
                    {icons.cross} {visibleLine(entry.refusal)}
                  </span>
                )}
              </td>
              <td>{entry.subject === null ? "–" : visibleLine(entry.subject)}</td>
              <td class="faint">
                {placeWords[entry.place]}
                {entry.address === null ? "" : `, ${entry.address}`}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
