import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { DiffFile } from "#protocol/diff.ts";
import { useDesk } from "../desk.ts";
import { type DiffLine, linesOf } from "../domain/diff.ts";
import { visible } from "../domain/visible.ts";
import { RemarkBox } from "./remarks.tsx";
import { Scrolling } from "./scrolling.tsx";

/** The changed lines of a file, each of which can be remarked on. */
export function Patch({ file }: { file: DiffFile }) {
  const { changes } = useDesk();
  const writing = useSignal<number | null>(null);
  if (file.patch === null)
    return <p class="no-patch faint">Its lines are not shown: it is no text, or too much of it.</p>;
  const remarks = changes.remarks.value.filter(({ path }) => path === file.path);
  return (
    <Scrolling says={`Lines of ${file.path}`} class="patch">
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
    </Scrolling>
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
