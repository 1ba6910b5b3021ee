const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "now", "5 min", "3 h", "2 d": how long ago an instant (ISO 8601) was. */
export function ago(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  if (ms < minute) return "now";
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  return ms < 2 * day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;
}

/** "just now", "5 min ago". */
export function agoWords(instant: string, now: number): string {
  const time = ago(instant, now);
  return time === "now" ? "just now" : `${time} ago`;
}

/** "4 s", "3 min 12 s", "2 h 5 min". */
export function lasting(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.floor((ms % minute) / second)} s`;
  return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} min`;
}

/** From one instant to another, or until now. */
export function between(from: string, to: string | null, now: number): string {
  return lasting((to === null ? now : Date.parse(to)) - Date.parse(from));
}

/** "$0.42", "$12.30", "< $0.01" */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

/** "950", "12.4k", "3.1M" */
export function short(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000 ? `${trimmed(count / 1_000)}k` : `${trimmed(count / 1_000_000)}M`;
}

/** "1 234 567", with narrow spaces */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** "512 MB", "14.2 GB" */
export function bytes(count: number): string {
  const [unit, divisor] =
    count < 1e9 ? (["MB", 1e6] as const) : count < 1e12 ? (["GB", 1e9] as const) : (["TB", 1e12] as const);
  return `${trimmed(count / divisor)} ${unit}`;
}

/** "14:05:31" on this computer's clock. */
export function timeOfDay(instant: string): string {
  const at = new Date(instant);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

function trimmed(value: number): string {
  return value < 100 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
}
