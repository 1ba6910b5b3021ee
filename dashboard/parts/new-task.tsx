import { type Signal, useSignal } from "@preact/signals";
import { useDesk } from "../desk.ts";
import { issueIn } from "../domain/issue-address.ts";
import { Dialog } from "./dialog.tsx";

/** Takes an issue up as if it had been labelled. */
export function NewTask({ isOpen }: { isOpen: Signal<boolean> }) {
  const { tasks, toasts, route } = useDesk();
  const text = useSignal("");
  const isSending = useSignal(false);
  const known = tasks.repositories.value;
  const found = issueIn(text.value, known.length === 1 ? (known[0] ?? null) : null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (found === null || isSending.value) return;
    isSending.value = true;
    const work = tasks.create(found.repository, found.issue);
    const isDone = await toasts.doing(work, `${found.repository}#${found.issue} is taken up.`);
    isSending.value = false;
    if (!isDone) return;
    text.value = "";
    isOpen.value = false;
    route.go(`/tasks/${(await work).name}`);
  };
  return (
    <Dialog isOpen={isOpen.value} onClose={() => (isOpen.value = false)} title="New task">
      <form class="form" onSubmit={submit}>
        <label>
          Issue
          <input
            autoFocus
            name="issue"
            autocomplete="off"
            placeholder="https://github.com/owner/name/issues/12 or owner/name#12"
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <p class="hint" role="status">
          {found === null
            ? "The issue's address, or its repository and number."
            : `Claude will work on issue #${found.issue} of ${found.repository}, as if you had labelled it.`}
        </p>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => (isOpen.value = false)}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={found === null || isSending.value}>
            {isSending.value ? "Taking it up …" : "Take it up"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
