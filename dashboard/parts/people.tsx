import { useEffect } from "preact/hooks";
import type { Operating } from "#protocol/operating.ts";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { Section, Table } from "./section.tsx";
import { Ago } from "./status.tsx";

/** Who is about, how much they asked for, and what it takes that they sign in. */
export function People({ of }: { of: Operating["people"] }) {
  const { ways } = useDesk();
  useEffect(() => void ways.look(), [ways]);
  return (
    <Section title="People" note="who asked for something, or gave a command">
      {of.length === 0 ? (
        <p class="faint">Nobody yet.</p>
      ) : (
        <Table says="People" heads={["Person", "Tasks", "Commands", "Last"]}>
          {of.map(({ login, asked, commands, lastAt }) => (
            <tr key={login}>
              <th scope="row">{visibleLine(login)}</th>
              <td>{asked}</td>
              <td>{commands}</td>
              <td class="faint">
                <Ago at={lastAt} inWords />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {ways.missing.value === null ? null : <p class="hint">{visibleLine(ways.missing.value)}</p>}
    </Section>
  );
}
