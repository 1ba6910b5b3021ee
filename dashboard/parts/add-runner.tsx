import { useSignal } from "@preact/signals";
import { useDesk } from "../desk.ts";
import { Command } from "./button.tsx";
import { icons } from "./icons.tsx";

/** Makes a one-time token on demand, and shows what to type where. The token stays in this page. */
export function AddRunner() {
  const { runners, toasts } = useDesk();
  const token = useSignal<string | null>(null);
  const isAsking = useSignal(false);
  const make = async () => {
    isAsking.value = true;
    const asked = runners.newToken();
    if (await toasts.doing(asked, "A new token is made.")) token.value = (await asked).token;
    isAsking.value = false;
  };
  return (
    <section class="panel add-runner" aria-labelledby="add-runner">
      <h2 id="add-runner">
        {icons.plus}
        Add a runner
      </h2>
      <p class="faint">On the machine that is to do the work, with Node.js, git, tmux and Claude Code installed:</p>
      {token.value === null ? (
        <button type="button" class="button primary" disabled={isAsking.value} onClick={make}>
          Show the commands
        </button>
      ) : (
        <ol class="commands">
          <li>
            <p>Register it, once. The token is good for one machine, for an hour.</p>
            <Command
              text={`CC_ORCHESTRATOR_REGISTRATION_TOKEN=${token.value} cc-orchestrator runner register --server ${location.origin}`}
            />
          </li>
          <li>
            <p>Start it. It appears here as soon as it does.</p>
            <Command text="cc-orchestrator runner start" />
          </li>
        </ol>
      )}
    </section>
  );
}
