import { kindWords, lineName } from "../domain/line-filter.ts";
import type { TaskLine } from "../domain/line-merge.ts";
import { visible } from "../domain/visible.ts";
import { CopyButton } from "./button.tsx";
import { icons } from "./icons.tsx";
import { PageLink } from "./link.tsx";

/** One line in full, to be copied, or linked to. */
export function LineDetail({ of, onClose }: { of: TaskLine; onClose: () => void }) {
  return (
    <section class="line-detail panel" aria-label="The selected line">
      <header>
        <PageLink to={`/tasks/${of.task}`}>{of.task}</PageLink>
        <span class="faint">
          {kindWords[of.line.kind]} · {new Date(of.line.at).toLocaleString()}
        </span>
        <CopyButton text={of.line.text} />
        <CopyButton
          label="Copy a link to the line"
          text={`${location.origin}/logs?line=${encodeURIComponent(lineName(of))}&task=${of.task}`}
          icon="link"
        />
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          {icons.cross}
        </button>
      </header>
      <pre>{visible(of.line.text)}</pre>
    </section>
  );
}
