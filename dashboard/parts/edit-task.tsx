import { useSignal } from "@preact/signals";
import type { TaskEdit } from "#protocol/new-task.ts";
import type { Priority, Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { Dialog } from "./dialog.tsx";
import { FormActions, TextField } from "./form-fields.tsx";

/** Changes what the next run of a task is told and may use. The words of an issue are changed on GitHub. */
export function EditTask({ task, onClose }: { task: Task; onClose: () => void }) {
  const { tasks, toasts } = useDesk();
  const title = useSignal(task.title);
  const priority = useSignal<Priority>(task.priority);
  const model = useSignal("");
  const dollars = useSignal("");
  const isLocal = task.issue === null;
  const save = async (event: Event) => {
    event.preventDefault();
    const change: TaskEdit = {
      ...(isLocal && title.value.trim() !== task.title ? { title: title.value.trim() } : {}),
      ...(priority.value === task.priority ? {} : { priority: priority.value }),
      ...(model.value.trim() === "" ? {} : { model: model.value.trim() }),
      ...(dollars.value === "" ? {} : { usd: Number(dollars.value) }),
    };
    if (Object.keys(change).length === 0) return onClose();
    if (await toasts.doing(tasks.edit(task.name, change), `${task.name} is changed.`)) onClose();
  };
  return (
    <Dialog isOpen onClose={onClose} title={`Edit ${task.name}`}>
      <form class="form" onSubmit={save}>
        {isLocal ? <TextField label="Title" value={title} required maxLength={300} /> : null}
        <label>
          Priority
          <select value={priority.value} onChange={(event) => (priority.value = event.currentTarget.value as Priority)}>
            <option value="high">High</option>
            <option value="normal">Normal</option>
            <option value="low">Low</option>
          </select>
        </label>
        <TextField label="Model" value={model} maxLength={100} placeholder="As the policy says" />
        <TextField
          label="Dollars for each run"
          value={dollars}
          type="number"
          min="0.01"
          max="1000"
          step="0.01"
          placeholder="As the policy says"
        />
        <p class="hint">
          It counts from the next run on.
          {isLocal
            ? ""
            : " Its title and text are those of the issue: change them on GitHub, then comment /claude run."}
        </p>
        <FormActions onClose={onClose} deed="Save" />
      </form>
    </Dialog>
  );
}
