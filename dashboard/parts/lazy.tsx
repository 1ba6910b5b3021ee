import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { icons } from "./icons.tsx";
import { Waiting } from "./waiting.tsx";
import { useWhenBack } from "./when-back.ts";

/**
 * A part that is fetched when it is first looked at, so that the first page stays small. `fetchIt` fetches it before: then
 * it is there also once the server has gone.
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, says: string) {
  let known: ComponentType<P> | null = null;
  const fetchIt = async () => {
    known ??= await load();
  };
  function Lazy(props: P) {
    const state = useSignal<"loading" | "there" | "failed">(known === null ? "loading" : "there");
    useEffect(() => {
      if (known !== null) return;
      fetchIt().then(
        () => {
          state.value = "there";
        },
        () => {
          state.value = "failed";
        },
      );
    }, []);
    const Part = known;
    if (state.value === "there" && Part !== null) return <Part {...props} />;
    if (state.value === "loading") return <Waiting says={says} class="skeleton-page" />;
    return <Unfetched />;
  }
  return Object.assign(Lazy, { fetchIt });
}

/** Browsers keep that a part was not to be had: only the whole page brings it, and only from a server that answers. */
function Unfetched() {
  const { toasts } = useDesk();
  useWhenBack(() => location.reload());
  const again = async () => {
    try {
      await fetch("/", { method: "HEAD", signal: AbortSignal.timeout(5_000) });
      location.reload();
    } catch {
      toasts.say("The server still does not answer. The page comes by itself as soon as it does.");
    }
  };
  return <FailedPart what="This part of the page could not be fetched." onAgain={() => void again()} />;
}

/** Something that is not there although it should be, with a way on. */
export function FailedPart({ what, onAgain }: { what: string; onAgain: () => void }) {
  return (
    <div class="blank" role="alert">
      {icons.warning}
      <p>{what}</p>
      <button type="button" class="button" onClick={onAgain}>
        Try again
      </button>
    </div>
  );
}
