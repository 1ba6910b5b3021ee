import { useDesk } from "../desk.ts";
import { lookOf, type Tone } from "../domain/looks.ts";
import { ago, agoWords, between } from "../domain/numbers.ts";

/** The status in a word, with its colour and shape. */
export function StatusBadge({ of }: { of: Parameters<typeof lookOf>[0] }) {
  const { word, tone } = lookOf(of);
  return (
    <span class={`badge tone-${tone}`}>
      <Dot tone={tone} />
      {word}
    </span>
  );
}

export function Dot({ tone }: { tone: Tone }) {
  return <span class={`dot tone-${tone}`} aria-hidden="true" />;
}

/** How long ago, ticking; the exact time on asking. */
export function Ago({ at, inWords = false }: { at: string; inWords?: boolean }) {
  const { clock } = useDesk();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {(inWords ? agoWords : ago)(at, clock.minute.value)}
    </time>
  );
}

/** How long something has lasted, ticking by the second while it goes on. */
export function Lasting({ from, to }: { from: string; to: string | null }) {
  const { clock } = useDesk();
  return <span class="numbers">{between(from, to, to === null ? clock.second.value : 0)}</span>;
}
