/** What the program's end tells a script. 78 is EX_CONFIG of sysexits.h, after which systemd can be told not to restart. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unreachable: 5,
  configuration: 78,
  interrupted: 130,
} as const;
