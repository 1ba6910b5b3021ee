import type { Operating } from "#protocol/operating.ts";
import { visibleLine } from "../domain/visible.ts";
import { Section, Table } from "./section.tsx";

/** What is set, with where that comes from; what stands by default is folded. */
export function Configuration({ of }: { of: Operating["settings"] }) {
  const isOwn = ({ origin }: Operating["settings"][number]) => !/^(the default|not set)$/.test(origin);
  const own = of.filter(isOwn);
  return (
    <Section title="Configuration" note={`${own.length} set, ${of.length - own.length} by default`}>
      {of.length === 0 ? <p class="faint">The server was started by another program, which has its settings.</p> : null}
      {own.length === 0 ? null : <SettingTable says="What is set" of={own} />}
      {of.length === own.length ? null : (
        <details class="more">
          <summary>What stands by default</summary>
          <SettingTable says="What stands by default" of={of.filter((one) => !isOwn(one))} />
        </details>
      )}
    </Section>
  );
}

function SettingTable({ says, of }: { says: string; of: Operating["settings"] }) {
  return (
    <Table says={says} heads={["Setting", "Value", "From"]}>
      {of.map(({ name, value, origin }) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td class="breaks">{valueWords(value)}</td>
          <td class="faint">{visibleLine(origin)}</td>
        </tr>
      ))}
    </Table>
  );
}

function valueWords(value: Operating["settings"][number]["value"]): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "–";
  return visibleLine(Array.isArray(value) ? value.join(", ") : String(value));
}
