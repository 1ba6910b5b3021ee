import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { Dialog } from "./dialog.tsx";

/** Asks before Claude is stopped in the middle of something. */
export function ConfirmStop() {
  const { toStop, tasks, toasts } = useDesk();
  const name = toStop.value;
  const task = name === null ? undefined : tasks.tasks.value?.get(name);
  const close = () => {
    toStop.value = null;
  };
  const stop = () => {
    close();
    if (name !== null) void toasts.doing(tasks.stop(name), `${name} is being stopped.`);
  };
  return (
    <Dialog isOpen={task !== undefined} onClose={close} title={`Stop ${name ?? ""}?`}>
      <p>{visibleLine(task?.title ?? "")}</p>
      <p class="hint">
        {task?.status === "in_progress"
          ? "Claude is stopped where it is. What it has done so far is kept; Retry starts a new run."
          : "It is taken out of the queue. Retry puts it back."}
      </p>
      <div class="form-actions">
        <button type="button" class="button" onClick={close}>
          Go on
        </button>
        {/* biome-ignore lint/a11y/noAutofocus: the dialog was opened to press this */}
        <button type="button" class="button danger" autoFocus onClick={stop}>
          Stop it
        </button>
      </div>
    </Dialog>
  );
}
