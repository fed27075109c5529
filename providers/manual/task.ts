/** Calls as instructions to a person, in one sentence each and the register as the place to confirm. Pure. */
import type { Call, RegisterEntry } from "../../src/connector/index.ts";

/** What a person has to do. `register` lends names to ids; an id that it lacks is named as it is. */
export function taskOf(call: Call, register: readonly RegisterEntry[]): string {
  const who = (ref: { readonly id: string }): string => {
    const entry = register.find((e) => e.id === ref.id);
    const name = entry?.name ?? entry?.login;
    return name === undefined ? `account ${ref.id}` : `${name} (${ref.id})`;
  };
  switch (call.verb) {
    case "create": {
      const known = [call.login === undefined ? "" : `login ${call.login}`, call.email ?? ""].filter((t) => t !== "").join(", ");
      return `Create an account for ${call.name}${known === "" ? "" : ` (${known})`}`;
    }
    case "update": {
      const changes = Object.entries(call.attributes).map(([name, value]) =>
        value === "" ? `clear the ${name}` : `set the ${name} to ${value}`,
      );
      return `For ${who(call.ref)}, ${changes.join(", ")}`;
    }
    case "suspend":
      return `Block the sign-in of ${who(call.ref)}`;
    case "restore":
      return `Let ${who(call.ref)} sign in again`;
    case "delete":
      return `Delete ${who(call.ref)}`;
    case "endSessions":
      return `Sign ${who(call.ref)} out everywhere`;
    case "revokeCredentials":
      return `Revoke keys, tokens and passwords of ${who(call.ref)}`;
    case "grant":
      return `Give ${who(call.ref)} ${call.target.name}${call.level === "" ? "" : ` as ${call.level}`}`;
    case "revoke":
      return `Take ${call.target.name} away from ${who(call.ref)}`;
    case "transfer":
      return `Hand over what ${who(call.ref)} owns to ${who(call.to)}`;
    case "createGroup":
      return `Create ${call.name}`;
    case "updateGroup":
      return `Change ${call.name}${call.description === undefined ? "" : `: ${call.description}`}`;
    case "deleteGroup":
      return `Remove ${call.name}`;
  }
}
