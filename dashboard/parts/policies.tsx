import type { Operating } from "#protocol/operating.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { Section } from "./section.tsx";
import { Ago } from "./status.tsx";

/** The file of each repository as it is in force, and what is wrong with a newer one. */
export function Policies({ of }: { of: Operating["policies"] }) {
  return (
    <Section title="Policies" note=".github/cc-orchestrator.yml">
      {of.length === 0 ? <p class="faint">No repository has had a task yet.</p> : null}
      <ul class="policies">
        {of.map(({ repository, text, problem, readAt }) => (
          <li key={repository}>
            <details>
              <summary>
                <span class="grows">{visibleLine(repository)}</span>
                {problem === null ? null : <span class="badge tone-bad">broken</span>}
                <span class="faint">
                  {text === null ? "defaults" : "own file"}
                  {readAt === null ? null : (
                    <>
                      {" · compared "}
                      <Ago at={readAt} inWords />
                    </>
                  )}
                </span>
              </summary>
              {text === null ? (
                <p class="faint">There is no file in force: what the documentation calls the defaults holds.</p>
              ) : (
                <pre>{visible(text)}</pre>
              )}
            </details>
            {problem === null ? null : (
              <div class="why tone-bad">
                <pre>{visible(problem)}</pre>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
