import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { visible } from "../domain/visible.ts";

/** What somebody says about a line: being written, or kept until all are sent. */
export function RemarkBox(of: {
  path: string;
  line: number;
  quote: string;
  text: string;
  isWriting: boolean;
  onWrite: () => void;
  onDone: () => void;
}) {
  const { changes } = useDesk();
  const text = useSignal(of.text);
  const field = useRef<HTMLTextAreaElement>(null);
  // Before the next key comes: it would be taken for one of the page's own.
  useLayoutEffect(() => {
    if (of.isWriting) field.current?.focus();
  }, [of.isWriting]);
  const { path, line } = of;
  if (!of.isWriting)
    return (
      <div class="remark">
        <p>{visible(of.text)}</p>
        <button type="button" class="button small" onClick={of.onWrite}>
          Change
        </button>
        <button type="button" class="button small" onClick={() => changes.drop({ path, line })}>
          Take back
        </button>
      </div>
    );
  const keep = (event: Event) => {
    event.preventDefault();
    if (text.value.trim() === "") changes.drop({ path, line });
    else changes.put({ path, line, quote: of.quote.slice(0, 500), text: text.value.trim() });
    of.onDone();
  };
  return (
    <form class="remark" onSubmit={keep}>
      <textarea
        ref={field}
        aria-label={`Remark on line ${line} of ${path}`}
        rows={3}
        maxLength={4_000}
        placeholder="What should Claude do about this line?"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep(event);
          if (event.key === "Escape") of.onDone();
        }}
      />
      <div class="form-actions">
        <button type="button" class="button small" onClick={of.onDone}>
          Cancel
        </button>
        <button type="submit" class="button small primary">
          Keep the remark
        </button>
      </div>
    </form>
  );
}

/** All remarks go as one message: Claude sees them together. */
export function Sending({ task }: { task: Task }) {
  const { changes, toasts } = useDesk();
  const count = changes.remarks.value.length;
  const isSending = useSignal(false);
  if (count === 0) return null;
  const isOver = task.status === "completed" && task.conclusion === "success";
  const send = async () => {
    isSending.value = true;
    await toasts.doing(changes.send(), "Claude is told.");
    isSending.value = false;
  };
  return (
    <div class="sending panel" role="status">
      <span class="grows">
        {count === 1 ? "1 remark" : `${count} remarks`}, not sent yet
        {isOver ? ": this was merged, nobody works on it any more" : ""}
      </span>
      <button type="button" class="button primary" disabled={isSending.value || isOver} onClick={send}>
        Send to Claude
      </button>
    </div>
  );
}
