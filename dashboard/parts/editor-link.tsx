import type { Task } from "#protocol/task.ts";
import { editorAddress, editorPlace, isLoopback } from "../domain/editor.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";

/** Opens the worktree in VS Code: here where this browser is on the same machine, else over SSH. */
export function EditorLink({ task }: { task: Task }) {
  const place = editorPlace(task);
  if (place === null) return null;
  const isHere = place.isHere && isLoopback(location.hostname);
  return (
    <p class="editor-link">
      <a class="button" href={editorAddress(place, isHere)} title={visibleLine(`${place.host}:${place.folder}`)}>
        {icons.code}
        Open in editor
      </a>
      <span class="faint">{isHere ? "VS Code, on this machine" : `VS Code, on ${visibleLine(place.host)} by SSH`}</span>
    </p>
  );
}
