import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { AuditLog } from "../parts/audit-log.tsx";
import { Configuration } from "../parts/configuration.tsx";
import { icons } from "../parts/icons.tsx";
import { Integrations } from "../parts/integrations.tsx";
import { FailedPart } from "../parts/lazy.tsx";
import { People } from "../parts/people.tsx";
import { Policies } from "../parts/policies.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useWhenBack } from "../parts/when-back.ts";

/** How the control plane is set up, who is about, and who did what. */
export function Settings() {
  return useDesk().isAdmin.value ? <OfServer /> : <NotForYou />;
}

function NotForYou() {
  return (
    <div class="blank">
      {icons.settings}
      <h1>The settings are for administrators</h1>
      <p>What you may see and do follows your roles in the repositories. Ask whoever runs this server.</p>
    </div>
  );
}

function OfServer() {
  const { operating, audit } = useDesk();
  const load = () => void Promise.all([operating.load(), audit.load()]);
  useEffect(load, [operating, audit]);
  useWhenBack(load);
  const found = operating.value.value;
  const entries = audit.value.value;
  const failure = operating.failure.value ?? audit.failure.value;
  return (
    <div class="settings-page">
      <div class="page-head">
        <h1>Settings</h1>
        <p class="faint">As this control plane was started; it is changed where the last column says.</p>
      </div>
      {failure === null ? null : <FailedPart what={failure} onAgain={load} />}
      {found === null && failure === null ? (
        <>
          <Waiting says="Loading settings" class="panel skeleton" />
          <div class="panel skeleton" />
          <div class="panel skeleton" />
        </>
      ) : null}
      {found === null ? null : (
        <>
          <Configuration of={found.settings} />
          <Policies of={found.policies} />
          <Integrations of={found.integrations} onChange={load} />
          <People of={found.people} />
        </>
      )}
      {entries === null ? null : <AuditLog of={entries} />}
    </div>
  );
}
