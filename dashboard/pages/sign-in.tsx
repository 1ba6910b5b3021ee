import { useSignal } from "@preact/signals";
import { useDesk } from "../desk.ts";
import { Command } from "../parts/button.tsx";
import { Mark } from "../parts/icons.tsx";
import { Waiting } from "../parts/waiting.tsx";
import type { SessionState } from "../store/session.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
const readToken = 'cat "${CC_ORCHESTRATOR_HOME:-$HOME/.local/state/cc-orchestrator}/operator.token"';

/** The door: who comes without a token is told where it lies. */
export function SignIn() {
  const { session } = useDesk();
  const state = session.state.value;
  if (state.kind === "asking") return <Waiting says="Signing in" class="door" />;
  return (
    <div class="door">
      <main class="door-card">
        <Mark />
        <h1>CC-Orchestrator</h1>
        {state.kind === "unreachable" ? (
          <Unreachable />
        ) : (
          <TokenForm why={state.kind === "out" ? state.why : "never"} />
        )}
      </main>
    </div>
  );
}

const words = {
  never: "This dashboard is for the server's operators.",
  wrong_token: "This is not the operator token of this server.",
  ended: "Your session has ended. Please sign in again.",
  left: "You are signed out.",
} as const satisfies Record<Extract<SessionState, { kind: "out" }>["why"], string>;

function TokenForm({ why }: { why: keyof typeof words }) {
  const { session } = useDesk();
  const token = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.value.trim() !== "") void session.signIn(token.value.trim());
  };
  return (
    <>
      <p role={why === "wrong_token" ? "alert" : "status"} class={why === "wrong_token" ? "door-problem" : "faint"}>
        {words[why]}
      </p>
      <form class="form" onSubmit={submit}>
        <label>
          Operator token
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            // biome-ignore lint/a11y/noAutofocus: there is nothing else to do on this page
            autoFocus
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary" disabled={token.value.trim() === ""}>
          Sign in
        </button>
      </form>
      <p class="hint">On the server's machine, this opens the dashboard signed in:</p>
      <Command text="cc-orchestrator web open" />
      <details class="more">
        <summary>Or read the token there</summary>
        <Command text={readToken} />
      </details>
    </>
  );
}

function Unreachable() {
  const { session } = useDesk();
  return (
    <>
      <p role="alert" class="door-problem">
        The server does not answer.
      </p>
      <p class="hint">Is it running? Start it with:</p>
      <Command text="cc-orchestrator web start" />
      <button type="button" class="button primary" onClick={() => void session.start()}>
        Try again
      </button>
    </>
  );
}
