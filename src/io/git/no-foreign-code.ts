/**
 * Git runs programs that its configuration, the attributes of files and its environment name. Nothing that lies in a repository may name one
 * here, so every call gets these. The options of a call do the rest: `--no-ext-diff --no-textconv`, `--no-filters`, `--no-recurse-submodules`.
 * Keys and variables: git-config and git(1), 2026-11.
 */
export const fixedConfiguration: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  // Attributes choose filters, merge drivers and text conversions.
  "core.attributesFile=/dev/null",
  // Told to a shell when objects are borrowed from another repository.
  "core.alternateRefsCommand=true",
  "core.askPass=",
  // An empty value takes away those that were named before; openNetwork names the user's own again.
  "credential.helper=",
  // Would start gpg.
  "log.showSignature=false",
  "submodule.recurse=false",
  // Work in the background outlives the call and holds its output open.
  "gc.auto=0",
  "maintenance.auto=false",
  // Files that other people's Git does not read.
  "core.splitIndex=false",
  "index.sparse=false",
];

/** What of our own environment Git gets to see: tokens are not among it. simple-git itself takes away whatever begins with GIT_. */
const passed = `
  PATH HOME USER LOGNAME XDG_CONFIG_HOME XDG_RUNTIME_DIR TMPDIR TMP TEMP
  SSH_AUTH_SOCK SSH_AGENT_PID DBUS_SESSION_BUS_ADDRESS SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE
  http_proxy https_proxy no_proxy all_proxy HTTPS_PROXY NO_PROXY ALL_PROXY
  SystemRoot SYSTEMROOT USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData ProgramFiles PATHEXT`
  .split(/\s+/)
  .filter((name) => name !== "");

const fixedEnvironment = {
  // The words of Git's errors are looked at.
  LC_ALL: "C",
  LANGUAGE: "",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_ATTR_NOSYSTEM: "1",
  // refs/replace and grafts show other objects than those that ids name.
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_LITERAL_PATHSPECS: "1",
  // A partial clone fetches what it lacks, by programs that its configuration names. Before Git 2.45 the list of protocols is what stops it.
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
};

/** The environment of a call; `own` wins. */
export function gitEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passed) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...fixedEnvironment, ...own };
}
