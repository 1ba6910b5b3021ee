import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { TaskDeed } from "#protocol/access.ts";
import type { QuestionItem } from "#protocol/question.ts";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { mayDo } from "../domain/may.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { type Wanted, wordsWanted } from "../domain/words.ts";
import { Markdown } from "./markdown.tsx";
import { Ago } from "./status.tsx";

const deedOf = { answer: "answer", approval: "approve", message: "say" } as const satisfies Record<
  Wanted["kind"],
  TaskDeed
>;

/** Where a person answers Claude, approves its plan, or tells it more; nothing where nobody would hear. */
export function Words({ task }: { task: Task }) {
  const { tasks } = useDesk();
  const wanted = wordsWanted(task);
  const deed = wanted === null ? null : deedOf[wanted.kind];
  if (wanted === null || deed === null || !mayDo(deed, task)) return null;
  switch (wanted.kind) {
    case "answer":
      return <Question task={task} items={wanted.items} />;
    case "approval":
      return (
        <section class="words tone-attention" aria-label="Claude's plan">
          <h2>Claude's plan</h2>
          <div class="plan">
            <Markdown text={wanted.plan} />
          </div>
          <SendButton
            says="The plan is approved."
            label="Approve plan"
            send={() => tasks.approve(task.name)}
            isPrimary
          />
          <Message
            label="Or say what to change"
            hint="Claude makes another plan of it."
            button="Revise"
            says="Claude makes another plan."
            send={(text) => tasks.say(task.name, text)}
          />
        </section>
      );
    case "message":
      return (
        <section class="words" aria-label="A message to Claude">
          <Unheard task={task} />
          <Message
            label="Tell Claude more"
            hint={wanted.hint}
            button="Send"
            says="Your words are on their way."
            send={(text) => tasks.say(task.name, text)}
          />
        </section>
      );
  }
}

/** What was said and Claude has not taken in yet, so that nobody says it twice. */
function Unheard({ task: { unheard } }: { task: Task }) {
  if (unheard === undefined) return null;
  return (
    <ul class="unheard" aria-label="On its way to Claude">
      {unheard.map(({ by, text, at }) => (
        <li key={`${at} ${text}`}>
          <span class="spinner" aria-hidden="true" />
          <p class="grows breaks">{visible(text)}</p>
          <span class="faint">
            {visibleLine(by)}, <Ago at={at} inWords />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Question({ task, items }: { task: Task; items: readonly QuestionItem[] }) {
  const { tasks } = useDesk();
  const [only] = items;
  const answer = (text: string) => tasks.answer(task.name, text);
  return (
    <section class="words tone-attention" aria-label="Claude asks">
      <h2>Claude asks</h2>
      {items.map((item) => (
        <p key={item.question}>{visible(item.question)}</p>
      ))}
      {items.length === 1 && only !== undefined && !only.multiSelect ? (
        <ol class="choices">
          {only.options.map((option, at) => (
            <li key={option.label}>
              <SendButton
                says="Claude has your answer."
                label={visible(option.label)}
                send={() => answer(String(at + 1))}
              />
              <span class="faint">{visible(option.description)}</span>
            </li>
          ))}
        </ol>
      ) : (
        items.map((item) => (
          <ol key={item.question}>
            {item.options.map((option) => (
              <li key={option.label}>{visible(option.label)}</li>
            ))}
          </ol>
        ))
      )}
      <Message
        label={items.length === 1 ? "Or answer in your own words" : "Your answers, a line for each question"}
        hint="The first answer counts."
        button="Answer"
        says="Claude has your answer."
        send={answer}
      />
    </section>
  );
}

function Message(of: {
  label: string;
  hint: string;
  button: string;
  says: string;
  send: (text: string) => Promise<void>;
}) {
  const { toasts, wordsCalled } = useDesk();
  const text = useSignal("");
  const isSending = useSignal(false);
  const isEmpty = text.value.trim() === "";
  const field = useRef<HTMLTextAreaElement>(null);
  const called = wordsCalled.value;
  useLayoutEffect(() => {
    if (called > 0) field.current?.focus();
  }, [called]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isEmpty || isSending.value) return;
    isSending.value = true;
    if (await toasts.doing(of.send(text.value.trim()), of.says)) text.value = "";
    isSending.value = false;
  };
  return (
    <form class="form" onSubmit={submit}>
      <label>
        {of.label}
        <textarea
          ref={field}
          rows={2}
          maxLength={20_000}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit(event);
          }}
        />
      </label>
      <div class="form-actions">
        <span class="hint">{of.hint}</span>
        <button type="submit" class="button" disabled={isEmpty || isSending.value}>
          {isSending.value ? "Sending …" : of.button}
        </button>
      </div>
    </form>
  );
}

function SendButton(of: { label: string; says: string; send: () => Promise<void>; isPrimary?: boolean }) {
  const { toasts } = useDesk();
  const isSending = useSignal(false);
  const press = async () => {
    if (isSending.value) return;
    isSending.value = true;
    await toasts.doing(of.send(), of.says);
    isSending.value = false;
  };
  return (
    <button type="button" class={of.isPrimary ? "button primary" : "button"} disabled={isSending.value} onClick={press}>
      {of.label}
    </button>
  );
}
