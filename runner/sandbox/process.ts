/** One process as the kernel shows it at one moment. */
export interface Process {
  pid: number;
  parent: number;
  /** 0 where it is not known (macOS). */
  session: number;
  /** Opaque; with `pid` it names one process for as long as the machine is up. */
  startTime: string;
  rssBytes: number;
  cpuMs: number;
  hasTerminal: boolean;
}
