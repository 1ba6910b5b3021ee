import { type Signal, useSignal } from "@preact/signals";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { issueIn } from "../domain/issue-address.ts";
import { Dialog } from "./dialog.tsx";
import { FormActions, TextField } from "./form-fields.tsx";

/** Takes up an issue, as if it had been labelled, or what somebody writes here about a repository of the server's machine. */
export function NewTask({ isOpen }: { isOpen: Signal<boolean> }) {
  const { tasks, isAdmin } = useDesk();
  const folders = tasks.folders.value;
  const isHere = useSignal<boolean | null>(null);
  // Where everything is on this machine, that is what is meant.
  const here = isHere.value ?? (folders.length > 0 && tasks.repositories.value.length === folders.length);
  const close = () => {
    isOpen.value = false;
  };
  return (
    <Dialog isOpen={isOpen.value} onClose={close} title="New task">
      {isAdmin.value ? (
        <fieldset class="segments">
          <legend class="unseen">What it is made of</legend>
          <button type="button" aria-pressed={!here} onClick={() => (isHere.value = false)}>
            A GitHub issue
          </button>
          <button type="button" aria-pressed={here} onClick={() => (isHere.value = true)}>
            Your own words
          </button>
        </fieldset>
      ) : null}
      {here ? <OwnWords folders={folders} onClose={close} /> : <FromIssue onClose={close} />}
    </Dialog>
  );
}

/** Sends it and goes to the page of what came of it. */
function useSending(onClose: () => void) {
  const { toasts, route } = useDesk();
  const isSending = useSignal(false);
  const send = async (work: Promise<Task>, done: string) => {
    isSending.value = true;
    const isDone = await toasts.doing(work, done);
    isSending.value = false;
    if (!isDone) return;
    onClose();
    route.go(`/tasks/${(await work).name}`);
  };
  return { isSending: isSending.value, send };
}

function FromIssue({ onClose }: { onClose: () => void }) {
  const { tasks } = useDesk();
  const { isSending, send } = useSending(onClose);
  const text = useSignal("");
  const known = tasks.repositories.value;
  const found = issueIn(text.value, known.length === 1 ? (known[0] ?? null) : null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (found === null || isSending) return;
    const { repository, issue } = found;
    void send(tasks.create(repository, issue), `${repository}#${issue} is taken up.`);
  };
  return (
    <form class="form" onSubmit={submit}>
      <TextField
        label="Issue"
        value={text}
        autoFocus
        name="issue"
        autocomplete="off"
        placeholder="https://github.com/owner/name/issues/12 or owner/name#12"
      />
      <p class="hint" role="status">
        {found === null
          ? "The issue's address, or its repository and number."
          : `Claude will work on issue #${found.issue} of ${found.repository}, as if you had labelled it.`}
      </p>
      <FormActions
        onClose={onClose}
        deed={isSending ? "Taking it up …" : "Take it up"}
        isReady={found !== null && !isSending}
      />
    </form>
  );
}

function OwnWords({ folders, onClose }: { folders: readonly string[]; onClose: () => void }) {
  const { tasks } = useDesk();
  const { isSending, send } = useSending(onClose);
  const folder = useSignal(folders[0] ?? "");
  const title = useSignal("");
  const body = useSignal("");
  const isReady = folder.value.startsWith("/") && title.value.trim() !== "";
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isReady || isSending) return;
    const wish = { folder: folder.value.trim(), title: title.value.trim(), body: body.value.trim() };
    void send(tasks.createHere(wish), "It is queued.");
  };
  return (
    <form class="form" onSubmit={submit}>
      <TextField
        label="What is to be done"
        value={title}
        autoFocus
        name="title"
        maxLength={300}
        placeholder="In a few words, as the title of an issue"
      />
      <label>
        More about it
        <textarea
          rows={4}
          maxLength={100_000}
          value={body.value}
          onInput={(event) => (body.value = event.currentTarget.value)}
        />
      </label>
      <TextField
        label="Repository"
        value={folder}
        name="folder"
        list="known-folders"
        placeholder="/home/you/project, on the server's machine"
      >
        <datalist id="known-folders">
          {folders.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </TextField>
      <p class="hint">Claude works on a branch of its own there; nothing of yours is touched.</p>
      <FormActions
        onClose={onClose}
        deed={isSending ? "Taking it up …" : "Take it up"}
        isReady={isReady && !isSending}
      />
    </form>
  );
}
