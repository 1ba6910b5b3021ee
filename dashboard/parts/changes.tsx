import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DiffFile } from "#protocol/diff.ts";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { type Branch, treeOf } from "../domain/diff.ts";
import { mayDo } from "../domain/may.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { Patch } from "./patch.tsx";
import { Sending } from "./remarks.tsx";
import { Waiting } from "./waiting.tsx";
import { useWhenBack } from "./when-back.ts";

/** Files that change more than this are opened by hand. */
const openLines = 600;

/** What the branch changes: the files, their lines, and what one has to say about them. */
export function Changes({ task }: { task: Task }) {
  const { changes } = useDesk();
  const head = task.runs.findLast((run) => run.headSha !== null)?.headSha ?? null;
  useEffect(() => changes.show(task.name), [changes, task.name, head]);
  useWhenBack(() => changes.show(task.name));
  const diff = changes.diff.value.value;
  const failure = changes.diff.failure.value;
  if (diff === null && failure !== null)
    return (
      <div class="blank">
        {icons.branch}
        <p>{failure}</p>
        <button type="button" class="button" onClick={() => changes.show(task.name)}>
          Look again
        </button>
      </div>
    );
  if (diff === null) return <Waiting says="Loading the changes" class="skeleton-page" />;
  if (diff.files.length === 0)
    return (
      <div class="blank">
        {icons.branch}
        <p>Nothing is changed yet. What Claude pushes appears here.</p>
      </div>
    );
  const sum = (of: "insertions" | "deletions") => diff.files.reduce((all, file) => all + file[of], 0);
  return (
    <div class="changes">
      <nav class="files panel" aria-label="Changed files">
        <p class="files-sum">
          {diff.files.length} {diff.files.length === 1 ? "file" : "files"}{" "}
          <span class="diff-size">
            <span class="added">+{sum("insertions")}</span> <span class="removed">−{sum("deletions")}</span>
          </span>
        </p>
        <Tree of={treeOf(diff.files)} />
        {diff.isCut ? <p class="faint">There are more files; GitHub shows them all.</p> : null}
      </nav>
      <div class="file-list">
        {diff.files.map((file) => (
          <FileView key={file.path} file={file} />
        ))}
      </div>
      {mayDo("say", task) ? <Sending task={task} /> : null}
    </div>
  );
}

function idOf(path: string): string {
  return `file-${encodeURIComponent(path)}`;
}

function Tree({ of }: { of: Branch<DiffFile> }) {
  return (
    <ul>
      {of.folders.map((folder) => (
        <li key={folder.path}>
          <span class="folder faint">{visibleLine(folder.name)}</span>
          <Tree of={folder} />
        </li>
      ))}
      {of.files.map(({ name, file }) => (
        <li key={file.path}>
          <button
            type="button"
            class={`link file-name is-${file.state}`}
            onClick={() => document.getElementById(idOf(file.path))?.scrollIntoView({ block: "start" })}
          >
            {visibleLine(name)}
          </button>
        </li>
      ))}
    </ul>
  );
}

const stateWords = { added: "new", removed: "removed", modified: "", renamed: "moved" } as const;

function FileView({ file }: { file: DiffFile }) {
  const isOpen = useSignal(file.insertions + file.deletions <= openLines);
  return (
    <details
      class="file panel"
      id={idOf(file.path)}
      open={isOpen.value}
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
    >
      <summary>
        <code class="grows breaks">
          {file.before === null ? "" : `${visibleLine(file.before)} → `}
          {visibleLine(file.path)}
        </code>
        {stateWords[file.state] === "" ? null : <span class="label">{stateWords[file.state]}</span>}
        <span class="diff-size numbers">
          <span class="added">+{file.insertions}</span> <span class="removed">−{file.deletions}</span>
        </span>
      </summary>
      {isOpen.value ? <Patch file={file} /> : null}
    </details>
  );
}
