/** What of the environment decides how a remote is reached. */
export type RemoteEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * What to say to an address: GITHUB_TOKEN, at the server that GITHUB_SERVER_URL names and at no other (law 12); undefined everywhere else, where
 * whatever the user has set up for Git is used.
 */
export function authorizationFor(url: string, env: RemoteEnvironment): string | undefined {
  const token = env["GITHUB_TOKEN"];
  const server = originOf(env["GITHUB_SERVER_URL"] || "https://github.com");
  if (token === undefined || token === "" || server === null || originOf(url) !== server) return undefined;
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
}

/** `https://github.com` of an address there; null of anything that is not https. */
function originOf(text: string): string | null {
  const url = URL.parse(text);
  return url?.protocol === "https:" ? url.origin : null;
}
