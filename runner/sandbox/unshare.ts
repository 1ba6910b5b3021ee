import { existsSync } from "node:fs";
import { KEPT_CAPABILITIES } from "./bubblewrap.ts";
import { isWithin, type Mount } from "./mounts.ts";

/**
 * The init of our own sandbox, for machines without bubblewrap: process 1 of its PID namespace. It arranges the mounts,
 * then runs the agent and waits for it; its end is the end of everything inside. A fixed text: paths and the agent's
 * command come as arguments `stage cwd capabilities (hidden|readable|writable path)… -- argv…`.
 *
 * Whatever must be seen in a hidden folder is first bound aside, below `stage`, and moved to its place later.
 */
const INIT = `set -eu
stage=$1 cwd=$2 bounding=$3; shift 3
# The agent's PATH may hold folders that agents can write; nothing from there may run before the walls stand.
path=\${PATH-}
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
setpriv=$(command -v setpriv)

mount -n -t tmpfs -o mode=0700 stage "$stage"
i=0 is=
for arg do
  if [ -z "$is" ]; then [ "$arg" != -- ] || break; is=$arg; continue; fi
  if [ "$is" != hidden ]; then
    if [ -d "$arg" ]; then mkdir "$stage/$i"; else : > "$stage/$i"; fi
    mount -n --rbind "$arg" "$stage/$i"
  fi
  i=$((i + 1)) is=
done

mkdir "$stage/dev"
mount -n -t tmpfs -o mode=0755,nosuid dev "$stage/dev"
for name in null zero full random urandom tty; do
  : > "$stage/dev/$name"; mount -n --bind "/dev/$name" "$stage/dev/$name"
done
mkdir -m 1777 "$stage/dev/shm"; mkdir "$stage/dev/pts"
mount -n -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$stage/dev/pts"
ln -s pts/ptmx "$stage/dev/ptmx"
ln -s /proc/self/fd "$stage/dev/fd"
for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/\${name#*:}" "$stage/dev/\${name%:*}"; done

# Read-only is everything; what cannot be made so (an automounter, say) is nobody's to write to as a rule.
while read -r _ _ _ _ point _; do
  point=$(printf %b "$point")
  case $point in "$stage"|"$stage"/*|/proc|/proc/*|/dev|/dev/*) continue;; esac
  mount -n -o remount,bind,ro "$point" 2>/dev/null || :
done < /proc/self/mountinfo
for name in sys irq bus fs sysrq-trigger; do
  [ -e "/proc/$name" ] || continue
  mount -n --bind "/proc/$name" "/proc/$name"; mount -n -o remount,bind,ro "/proc/$name"
done

i=0
while [ "$1" != -- ]; do
  if [ "$1" = hidden ]; then
    # What lay in an outer hidden folder is gone already.
    if [ -d "$2" ]; then
      mount -n -t tmpfs -o nosuid,nodev,mode="$(stat -c %a "$2")" hidden "$2"
    elif [ -e "$2" ]; then mount -n --bind /dev/null "$2"; fi
  else
    if [ -d "$stage/$i" ]; then mkdir -p "$2"; else mkdir -p "\${2%/*}"; [ -e "$2" ] || : > "$2"; fi
    mount -n --move "$stage/$i" "$2"
    [ "$1" = writable ] || mount -n -o remount,bind,ro "$2"
  fi
  i=$((i + 1)); shift 2
done
shift
mount -n --move "$stage/dev" /dev
umount -n "$stage"
cd "$cwd"
PATH=$path
exec /bin/sh -c '"$@"; exit $?' init "$setpriv" --no-new-privs --ambient-caps=-all --inh-caps=-all \\
  --bounding-set="$bounding" -- "$@"
`;

/** What process 1 is called until the walls stand; then it is `init`, and its first child the agent. */
export const SETTING_UP = "setting-up";

/** The arguments after `unshare`, up to the agent's command. @throws when there is no empty place to arrange mounts at */
export function unshareArguments(mounts: readonly Mount[], cwd: string): string[] {
  const isRoot = process.getuid?.() === 0;
  // Everybody but root makes a user namespace, in which they stay themselves and may mount until the agent starts.
  const user = isRoot ? [] : ["--user", "--map-current-user", "--keep-caps"];
  const kept = isRoot ? KEPT_CAPABILITIES.map((name) => `,+${name}`).join("") : "";
  return [
    ...[...user, "--pid", "--fork", "--kill-child", "--mount-proc", "--ipc"],
    ...["/bin/sh", "-c", INIT, SETTING_UP, stageFor(mounts), cwd, `-all${kept}`],
    ...mounts.flatMap(({ is, path }) => [is, path]),
    "--",
  ];
}

/** A folder that nothing inside the sandbox is meant to see. */
function stageFor(mounts: readonly Mount[]): string {
  const needed = mounts.filter(({ is }) => is !== "hidden");
  const free = ["/mnt", "/media", "/srv", "/opt", "/tmp"].find(
    (stage) => existsSync(stage) && !needed.some(({ path }) => isWithin(stage, path)),
  );
  if (free === undefined) throw new Error("The sandbox needs an unused /mnt, /media or /srv folder");
  return free;
}
