import { useDesk } from "../desk.ts";
import { icons, Mark } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";

/** What to do first, with what is done already ticked off. */
export function EmptyBoard({ onNew }: { onNew: () => void }) {
  const { runners } = useDesk();
  const hasRunner = runners.runners.value?.some(({ state }) => state === "online") ?? false;
  return (
    <div class="welcome">
      <Mark />
      <h2>Label an issue, and a pull request comes back</h2>
      <ol class="first-steps">
        <li class={hasRunner ? "is-done" : ""}>
          <span class="tick">{hasRunner ? icons.check : 1}</span>
          <div>
            <strong>{hasRunner ? "A runner is online" : "Add a runner"}</strong>
            <p>
              {hasRunner ? "It takes up what is queued." : "It works on the tasks, on a machine of yours. "}
              {hasRunner ? null : (
                <PageLink to="/runners" class="underlined">
                  How to add one
                </PageLink>
              )}
            </p>
          </div>
        </li>
        <li>
          <span class="tick">2</span>
          <div>
            <strong>
              Put the label <span class="issue-label">claude</span> on a GitHub issue
            </strong>
            <p>
              Or name an issue here:{" "}
              <button type="button" class="link underlined" onClick={onNew}>
                new task
              </button>
            </p>
          </div>
        </li>
        <li>
          <span class="tick">3</span>
          <div>
            <strong>Watch it here, review the pull request there</strong>
            <p>Everything that Claude does appears on this page as it happens.</p>
          </div>
        </li>
      </ol>
    </div>
  );
}
