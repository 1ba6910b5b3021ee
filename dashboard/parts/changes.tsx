import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { DiffFile } from "#protocol/diff.ts";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { type Branch, type DiffLine, linesOf, treeOf } from "../domain/diff.ts";
import { mayDo } from "../domain/may.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
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

function Patch({ file }: { file: DiffFile }) {
  const { changes } = useDesk();
  const writing = useSignal<number | null>(null);
  if (file.patch === null)
    return <p class="no-patch faint">Its lines are not shown: it is no text, or too much of it.</p>;
  const remarks = changes.remarks.value.filter(({ path }) => path === file.path);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class="patch" aria-label={`Lines of ${file.path}`} tabIndex={0}>
      <table>
        <tbody>
          {linesOf(file.patch).map((line, at) => {
            const number = line.after;
            const remark = number === null ? undefined : remarks.find((one) => one.line === number);
            return (
              <Line
                key={at}
                line={line}
                onRemark={number === null ? null : () => (writing.value = number)}
                below={
                  number !== null && (writing.value === number || remark !== undefined) ? (
                    <RemarkBox
                      path={file.path}
                      line={number}
                      quote={line.text}
                      text={remark?.text ?? ""}
                      isWriting={writing.value === number}
                      onWrite={() => (writing.value = number)}
                      onDone={() => (writing.value = null)}
                    />
                  ) : null
                }
              />
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const signs = { hunk: "", same: " ", added: "+", removed: "−", note: "" } as const;

function Line(of: { line: DiffLine; onRemark: (() => void) | null; below: ComponentChildren }) {
  const { line, onRemark } = of;
  return (
    <>
      <tr class={`line-${line.kind}`}>
        <td class="line-number">{line.before}</td>
        <td class="line-number">
          {onRemark === null ? (
            line.after
          ) : (
            <button
              type="button"
              aria-label={`Remark on line ${line.after}`}
              title="Say something about it"
              onClick={onRemark}
            >
              {line.after}
            </button>
          )}
        </td>
        <td class="line-text">
          <span class="sign">{signs[line.kind]}</span>
          {visible(line.text)}
        </td>
      </tr>
      {of.below === null ? null : (
        <tr>
          <td colSpan={3} class="remark-cell">
            {of.below}
          </td>
        </tr>
      )}
    </>
  );
}

function RemarkBox(of: {
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
function Sending({ task }: { task: Task }) {
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
