/** Names of entitlements and the vendor's own: `group/R+26D` is the group "R&D". Addresses allow few characters; the others are written `+XX`, in UTF-8. */

/** group: a SCIM group. role, admin: a value of the roles attribute. entitlement: a value of the entitlements attribute. */
export type EntitlementFamily = "group" | "role" | "admin" | "entitlement";

export const nameOf = (family: EntitlementFamily, own: string): string => `${family}/${encode(own)}`;

/** The family and the vendor's own name, or null where the entitlement is none of this connector's. */
export function partsOf(entitlement: string): { readonly family: EntitlementFamily; readonly own: string } | null {
  const parts = /^(group|role|admin|entitlement)\/(.+)$/.exec(entitlement);
  const own = parts ? decode(parts[2]!) : null;
  // Only the spelling that we give ourselves: two addresses must not mean one group.
  return parts && own !== null && encode(own) === parts[2] ? { family: parts[1] as EntitlementFamily, own } : null;
}

/** At both ends only what an address may begin and end with. */
function encode(own: string): string {
  const all = Array.from(own);
  return all.map((c, i) => ((i === 0 || i === all.length - 1 ? /[A-Za-z0-9_]/ : /[A-Za-z0-9 ._@/-]/).test(c) ? c : escape(c))).join("");
}

const escape = (c: string): string =>
  [...new TextEncoder().encode(c)].map((byte) => `+${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

function decode(text: string): string | null {
  if (/\+(?![0-9A-F]{2})/.test(text)) return null;
  try {
    return decodeURIComponent(text.replaceAll("%", "%25").replaceAll("+", "%"));
  } catch {
    return null; // not UTF-8: nothing that encode() writes
  }
}
