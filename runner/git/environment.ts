/**
 * The environment every git process of the runner gets. It is built from nothing: no `GIT_*` of ours is inherited,
 * no configuration outside the repository is read, and nothing can open a prompt.
 */

/** Variables that git and its transports need from the machine, and that cannot redirect it anywhere. */
const passedThrough = [
  "PATH",
  "TMPDIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_DIR",
] as const;

/**
 * @param inherited usually `process.env`
 * @param home a folder of the runner's own: `HOME` must not be the person's, or curl would read `~/.netrc`
 * @param ssh whether the remote is reached over ssh; only then may the person's agent socket be seen
 */
export function gitEnvironment(inherited: NodeJS.ProcessEnv, home: string, ssh: boolean): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passedThrough) {
    const value = inherited[name];
    if (value !== undefined) environment[name] = value;
  }
  environment.PATH ??= "/usr/local/bin:/usr/bin:/bin";
  // The operator's own certificate authority: git's libcurl reads only this name.
  const authority = inherited.GIT_SSL_CAINFO ?? inherited.SSL_CERT_FILE;
  if (authority !== undefined) environment.GIT_SSL_CAINFO = authority;
  if (ssh && inherited.SSH_AUTH_SOCK !== undefined) environment.SSH_AUTH_SOCK = inherited.SSH_AUTH_SOCK;
  return {
    ...environment,
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "false",
    SSH_ASKPASS: "false",
    SSH_ASKPASS_REQUIRE: "never",
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=20",
    GIT_EDITOR: "false",
    GIT_PAGER: "cat",
    // A planted replace ref or promisor remote must not change what a commit id means.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    // Reading must not write: `status` would otherwise refresh an index that somebody else holds.
    GIT_OPTIONAL_LOCKS: "0",
    GIT_MERGE_AUTOEDIT: "no",
    // Newer gits may default to another storage; the runner reads these files itself.
    GIT_DEFAULT_REF_FORMAT: "files",
    GIT_DEFAULT_HASH: "sha1",
  };
}
