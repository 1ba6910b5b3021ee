import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { Dialog } from "./dialog.tsx";
import { EditTask } from "./edit-task.tsx";

/** What somebody is asked before something is done to a task. */
export function Asking() {
  const { asking, tasks } = useDesk();
  const about = asking.value;
  const task = about === null ? undefined : tasks.tasks.value?.get(about.task);
  if (about === null || task === undefined) return null;
  const close = () => {
    asking.value = null;
  };
  if (about.about === "edit") return <EditTask key={task.name} task={task} onClose={close} />;
  return about.about === "stop" ? (
    <Stop name={task.name} title={task.title} isWorking={task.status === "in_progress"} onClose={close} />
  ) : (
    <Remove name={task.name} title={task.title} onClose={close} />
  );
}

/** Before Claude is stopped in the middle of something. */
function Stop({ name, title, isWorking, onClose }: Of & { isWorking: boolean }) {
  const { tasks, toasts } = useDesk();
  return (
    <Confirm
      question={`Stop ${name}?`}
      title={title}
      hint={
        isWorking
          ? "Claude is stopped where it is. What it has done so far is kept; Retry starts a new run."
          : "It is taken out of the queue. Retry puts it back."
      }
      not="Go on"
      deed="Stop it"
      onClose={onClose}
      onDo={() => void toasts.doing(tasks.stop(name), `${name} is being stopped.`)}
    />
  );
}

function Remove({ name, title, onClose }: Of) {
  const { tasks, toasts, route } = useDesk();
  const remove = async () => {
    if (await toasts.doing(tasks.remove(name), `${name} is removed.`)) route.go("/");
  };
  return (
    <Confirm
      question={`Remove ${name}?`}
      title={title}
      hint="Its runs and its log are forgotten. What it made stays: branch, pull request, comment."
      not="Keep it"
      deed="Remove it"
      onClose={onClose}
      onDo={() => void remove()}
    />
  );
}

type Of = { name: string; title: string; onClose: () => void };

function Confirm(of: {
  question: string;
  title: string;
  hint: string;
  not: string;
  deed: string;
  onClose: () => void;
  onDo: () => void;
}) {
  const carryOut = () => {
    of.onClose();
    of.onDo();
  };
  return (
    <Dialog isOpen onClose={of.onClose} title={of.question}>
      <p>{visibleLine(of.title)}</p>
      <p class="hint">{of.hint}</p>
      <div class="form-actions">
        <button type="button" class="button" onClick={of.onClose}>
          {of.not}
        </button>
        {/* biome-ignore lint/a11y/noAutofocus: the dialog was opened to press this */}
        <button type="button" class="button danger" autoFocus onClick={carryOut}>
          {of.deed}
        </button>
      </div>
    </Dialog>
  );
}
