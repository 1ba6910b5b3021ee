import { useEffect } from "preact/hooks";
import type { AuditEntry, Operating } from "#protocol/operating.ts";
import { useDesk } from "../desk.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { icons } from "../parts/icons.tsx";
import { Integrations } from "../parts/integrations.tsx";
import { FailedPart } from "../parts/lazy.tsx";
import { Section, Table } from "../parts/section.tsx";
import { Ago } from "../parts/status.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useWhenBack } from "../parts/when-back.ts";

/** How the control plane is set up, who is about, and who did what. */
export function Settings() {
  return useDesk().isAdmin.value ? <OfServer /> : <NotForYou />;
}

function NotForYou() {
  return (
    <div class="blank">
      {icons.settings}
      <h1>The settings are for administrators</h1>
      <p>What you may see and do follows your roles in the repositories. Ask whoever runs this server.</p>
    </div>
  );
}

function OfServer() {
  const { operating, audit } = useDesk();
  const load = () => void Promise.all([operating.load(), audit.load()]);
  useEffect(load, [operating, audit]);
  useWhenBack(load);
  const found = operating.value.value;
  const entries = audit.value.value;
  const failure = operating.failure.value ?? audit.failure.value;
  return (
    <div class="settings-page">
      <div class="page-head">
        <h1>Settings</h1>
        <p class="faint">As this control plane was started; it is changed where the last column says.</p>
      </div>
      {failure === null ? null : <FailedPart what={failure} onAgain={load} />}
      {found === null && failure === null ? (
        <>
          <Waiting says="Loading settings" class="panel skeleton" />
          <div class="panel skeleton" />
          <div class="panel skeleton" />
        </>
      ) : null}
      {found === null ? null : (
        <>
          <Configuration of={found.settings} />
          <Policies of={found.policies} />
          <Integrations of={found.integrations} onChange={load} />
          <People of={found.people} />
        </>
      )}
      {entries === null ? null : <AuditLog of={entries} />}
    </div>
  );
}

function Configuration({ of }: { of: Operating["settings"] }) {
  const isOwn = ({ origin }: Operating["settings"][number]) => !/^(the default|not set)$/.test(origin);
  const own = of.filter(isOwn);
  return (
    <Section title="Configuration" note={`${own.length} set, ${of.length - own.length} by default`}>
      {of.length === 0 ? <p class="faint">The server was started by another program, which has its settings.</p> : null}
      {own.length === 0 ? null : <SettingTable says="What is set" of={own} />}
      {of.length === own.length ? null : (
        <details class="more">
          <summary>What stands by default</summary>
          <SettingTable says="What stands by default" of={of.filter((one) => !isOwn(one))} />
        </details>
      )}
    </Section>
  );
}

function SettingTable({ says, of }: { says: string; of: Operating["settings"] }) {
  return (
    <Table says={says} heads={["Setting", "Value", "From"]}>
      {of.map(({ name, value, origin }) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td class="breaks">{valueWords(value)}</td>
          <td class="faint">{visibleLine(origin)}</td>
        </tr>
      ))}
    </Table>
  );
}

function valueWords(value: Operating["settings"][number]["value"]): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "–";
  return visibleLine(Array.isArray(value) ? value.join(", ") : String(value));
}

function Policies({ of }: { of: Operating["policies"] }) {
  return (
    <Section title="Policies" note=".github/cc-orchestrator.yml">
      {of.length === 0 ? <p class="faint">No repository has had a task yet.</p> : null}
      <ul class="policies">
        {of.map(({ repository, text, problem, readAt }) => (
          <li key={repository}>
            <details>
              <summary>
                <span class="grows">{visibleLine(repository)}</span>
                {problem === null ? null : <span class="badge tone-bad">broken</span>}
                <span class="faint">
                  {text === null ? "defaults" : "own file"}
                  {readAt === null ? null : (
                    <>
                      {" · compared "}
                      <Ago at={readAt} inWords />
                    </>
                  )}
                </span>
              </summary>
              {text === null ? (
                <p class="faint">There is no file in force: what the documentation calls the defaults holds.</p>
              ) : (
                <pre>{visible(text)}</pre>
              )}
            </details>
            {problem === null ? null : (
              <div class="why tone-bad">
                <pre>{visible(problem)}</pre>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function People({ of }: { of: Operating["people"] }) {
  return (
    <Section title="People" note="who asked for something, or gave a command">
      {of.length === 0 ? (
        <p class="faint">Nobody yet.</p>
      ) : (
        <Table says="People" heads={["Person", "Tasks", "Commands", "Last"]}>
          {of.map(({ login, asked, commands, lastAt }) => (
            <tr key={login}>
              <th scope="row">{visibleLine(login)}</th>
              <td>{asked}</td>
              <td>{commands}</td>
              <td class="faint">
                <Ago at={lastAt} inWords />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

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

function AuditLog({ of }: { of: readonly AuditEntry[] }) {
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
