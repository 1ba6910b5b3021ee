import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Integration, WebhookMessage } from "#protocol/integration.ts";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { FailedPart } from "./lazy.tsx";
import { Section, Table } from "./section.tsx";
import { Ago } from "./status.tsx";
import { Waiting } from "./waiting.tsx";

const tones = { good: "good", waiting: "attention", failing: "bad" } as const;

/** The places outside GitHub that are told about tasks, and how it goes with each. */
export function Integrations({ of, onChange }: { of: readonly Integration[]; onChange: () => void }) {
  return (
    <Section title="Integrations">
      {of.length === 0 ? (
        <p class="faint">
          None is set up. Webhooks, hooks, Slack, Discord and Jira are set in the configuration file of the server.
        </p>
      ) : (
        <ul class="policies">
          {of.map((one) => (
            <li key={`${one.kind} ${one.name}`}>
              <Health of={one} onChange={onChange} />
              {one.dead > 0 && one.kind === "webhook" ? <DeadLetters of={one} onChange={onChange} /> : null}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Health({ of, onChange }: { of: Integration; onChange: () => void }) {
  const { integrations, toasts } = useDesk();
  const { kind, name, place, state, sentence, pending } = of;
  const isTrying = useSignal(false);
  const tryIt = async () => {
    isTrying.value = true;
    await toasts.doing(integrations.test(name), `A test is on its way to ${name}.`);
    isTrying.value = false;
    onChange();
  };
  return (
    <div class="integration">
      <span class={`badge tone-${tones[state]}`}>
        <span class={`dot tone-${tones[state]}`} aria-hidden="true" />
        {state}
      </span>
      <strong>{visibleLine(name)}</strong>
      <span class="faint">
        {kind} · {visibleLine(place)}
      </span>
      <span class="grows faint">
        {visibleLine(sentence)}
        {pending > 0 ? ` ${pending} wait.` : ""}
      </span>
      <button type="button" class="button small" disabled={isTrying.value} onClick={tryIt}>
        Send a test
      </button>
    </div>
  );
}

/** Messages that were given up, each with what was last answered; they can be sent once more. */
function DeadLetters({ of: { name, dead }, onChange }: { of: Integration; onChange: () => void }) {
  const { integrations, toasts } = useDesk();
  const isOpen = useSignal(false);
  const found = integrations.dead.value.value?.filter(({ receiver }) => receiver === name) ?? null;
  const failure = integrations.dead.failure.value;
  useEffect(() => {
    if (isOpen.value) void integrations.dead.load();
  }, [isOpen.value, dead, integrations]);
  const again = async (which: { id: number } | { receiver: string }, done: string) => {
    if (!(await toasts.doing(integrations.sendAgain(which), done))) return;
    void integrations.dead.load();
    onChange();
  };
  return (
    <details class="more dead-letters" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{dead === 1 ? "1 message was given up" : `${dead} messages were given up`}</summary>
      {failure === null ? null : <FailedPart what={failure} onAgain={() => void integrations.dead.load()} />}
      {found === null && failure === null ? <Waiting says="Loading what was given up" class="skeleton line" /> : null}
      {found === null || found.length === 0 ? null : (
        <>
          <Table says={`Given up for ${name}`} heads={["When", "What", "About", "Last answer", ""]}>
            {found.map((message) => (
              <Letter
                key={message.id}
                of={message}
                onAgain={() => void again({ id: message.id }, "It is sent again.")}
              />
            ))}
          </Table>
          <button
            type="button"
            class="button small"
            onClick={() => void again({ receiver: name }, `All of ${name} are sent again.`)}
          >
            {icons.retry}
            Send all again
          </button>
        </>
      )}
    </details>
  );
}

function Letter({ of, onAgain }: { of: WebhookMessage; onAgain: () => void }) {
  return (
    <tr>
      <th scope="row">
        <Ago at={of.createdAt} inWords />
      </th>
      <td>
        <code>{visibleLine(of.type)}</code>
      </td>
      <td>{visibleLine(of.subject)}</td>
      <td class="faint">
        {visibleLine(of.lastAnswer ?? "none")}, {of.tries} {of.tries === 1 ? "try" : "tries"}
      </td>
      <td>
        <button type="button" class="button small" onClick={onAgain} aria-label={`Send ${of.type} again`}>
          Send again
        </button>
      </td>
    </tr>
  );
}
