/**
 * Tells a process of this machine to end.
 * @returns false when it has ended by itself meanwhile
 */
export function tellToEnd(pid: number): boolean {
  try {
    process.kill(pid, "SIGTERM");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
