import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
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
  never: "This dashboard is for the server's operators, and for people with a role in its repositories.",
  wrong_token: "This is not the operator token of this server.",
  ended: "Your session has ended. Please sign in again.",
  left: "You are signed out.",
  github_refused: "You have no role in a repository of this server, so that there is nothing here for you to see.",
  github_cancelled: "You did not sign in with GitHub.",
  github_expired: "The sign-in with GitHub took too long or was not begun here. Please try again.",
  github_unreachable: "GitHub does not tell who you are at this moment. Please try again soon.",
  github_unavailable: "Sign-in with GitHub is not set up on this server.",
} as const satisfies Record<Extract<SessionState, { kind: "out" }>["why"], string>;

function TokenForm({ why }: { why: keyof typeof words }) {
  const { session, ways } = useDesk();
  const token = useSignal("");
  const isAlarming = why === "wrong_token" || /^github_(?!cancelled)/.test(why);
  useEffect(() => void ways.look(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.value.trim() !== "") void session.signIn(token.value.trim());
  };
  return (
    <>
      <p role={isAlarming ? "alert" : "status"} class={isAlarming ? "door-problem" : "faint"}>
        {words[why]}
      </p>
      {ways.web.value === null ? null : (
        <>
          <a class="button primary door-github" href={`${ways.web.value}?to=${encodeURIComponent(here())}`}>
            Sign in with GitHub
          </a>
          <p class="hint">Or, as the server's operator:</p>
        </>
      )}
      <form class="form" onSubmit={submit}>
        <label>
          Operator token
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            // biome-ignore lint/a11y/noAutofocus: there is nothing else to do on this page
            autoFocus={ways.web.value === null}
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
          />
        </label>
        <button
          type="submit"
          class={ways.web.value === null ? "button primary" : "button"}
          disabled={token.value.trim() === ""}
        >
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

/** Where people were going, to be brought back to. */
function here(): string {
  return `${location.pathname}${location.search}`;
}

/** Nobody is signed in, so that there is no stream that would tell when the server is back. */
const lookAgainMs = 3_000;

function Unreachable() {
  const { session } = useDesk();
  useEffect(() => {
    const look = () =>
      fetch("/", { method: "HEAD", signal: AbortSignal.timeout(lookAgainMs) }).then(
        () => void session.start(),
        // Still away: what is on the page says so already.
        () => undefined,
      );
    const timer = setInterval(() => void look(), lookAgainMs);
    return () => clearInterval(timer);
  }, [session]);
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
