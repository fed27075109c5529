/** What the users that a server shows prove. Pure. */
import { attributeOf, type NativeUser, valuesOf } from "./native.ts";
import { field, type Observation, rowsOf } from "./observation.ts";
import type { Profile } from "./profile.ts";
import type { Survey } from "./survey.ts";

export function ofUsers({ users, active, userAlone, filters, groups, schemas }: Survey): Observation[] {
  const rows = rowsOf(users);
  if (rows.length === 0) return [];
  const found: Observation[] = [];
  const none = (test: (user: NativeUser) => boolean): boolean => !rows.some(test);
  if (none((u) => u.userName !== undefined))
    found.push({ says: "no user shows a userName", fits: () => false, mend: () => ({}), certain: true });
  if (active.length > 0) {
    const text = active.some((v) => typeof v === "string");
    found.push(
      text
        ? field("activeAs", "text", 'active is written as text ("True")')
        : field("activeAs", "boolean", "active is written as true and false"),
    );
  } else found.push(field("inactive", "hidden", "no user says whether it is active: right where only active ones are listed", false));
  if (rows.some((u) => u.active === false))
    found.push({
      says: "inactive users are listed",
      fits: (p) => p.inactive === "flag" && !p.disableRemoves,
      mend: () => ({ inactive: "flag", disableRemoves: false }),
      certain: true,
    });
  if (rows.some((u) => u.externalId !== undefined)) found.push(field("externalId", true, "users show an externalId", false));
  if (rows.some((u) => u.name?.formatted !== undefined) && none((u) => (u.name?.givenName ?? u.name?.familyName) !== undefined))
    found.push({
      says: "names are shown in one piece",
      fits: (p) => p.nameStyle !== "parts",
      mend: () => ({ nameStyle: "full" }),
      certain: true,
    });
  const core = schemas?.get("urn:ietf:params:scim:schemas:core:2.0:User") ?? [];
  const fixed = (
    [
      ["title", "title"],
      ["name", "name"],
      ["email", "emails"],
    ] as const
  ).filter(([, attribute]) => core.some((a) => a.name === attribute && a.readOnly));
  for (const [attribute] of fixed)
    found.push({
      says: `the server says that ${attribute} cannot be written`,
      fits: (p) => p.readOnly.includes(attribute),
      mend: (p) => ({ readOnly: [...p.readOnly, attribute] }),
      certain: false,
    });
  // Only of somebody who is in a group does a record without groups say anything.
  if (userAlone && groups !== null && groups !== "denied") {
    const told = userAlone.user["groups"] !== undefined;
    const filter = filters.members;
    if (told || userAlone.member) {
      const how: Profile["userGroups"] = told ? "user" : filter === "works" ? "filter" : "none";
      found.push({
        says: told
          ? "a user's record tells its groups"
          : `a user's record tells no groups${how === "filter" ? "; a filter on members does" : ""}`,
        fits: (p) => p.groups === "none" || p.userGroups === how || (p.userGroups === "filter" && filter === "works"),
        mend: () => ({ userGroups: how }),
        certain: true,
      });
    } else if (filter === "works")
      found.push({
        says: "a filter on members tells a user's groups",
        fits: (p) => p.groups === "none" || p.userGroups === "filter",
        mend: () => ({ userGroups: "filter" }),
        certain: true,
      });
  }
  return found;
}

/** Roles and entitlements. */
export function ofValues({ users, schemas }: Survey): Observation[] {
  const rows = rowsOf(users);
  const found: Observation[] = [];
  const core = schemas?.get("urn:ietf:params:scim:schemas:core:2.0:User") ?? [];
  for (const name of ["roles", "entitlements"] as const) {
    const shown = [...new Set(rows.flatMap((u) => valuesOf(u, name)))].sort();
    if (shown.length > 0)
      found.push({
        says: `users have ${name}: ${shown.slice(0, 5).join(", ")}${shown.length > 5 ? " and more" : ""}`,
        fits: (p) => p[name] !== null,
        mend: () => ({ [name]: { attribute: name, edit: "filter" } }),
        certain: true,
      });
    if (rows.length === 0) continue;
    found.push({
      says: `no user has ${name}${core.length > 0 && !core.some((a) => a.name === name) ? ", and the server's schema knows none" : ""}`,
      fits: (p) =>
        p[name] === null || rows.some((u) => attributeOf(u, p[name]!.attribute) !== undefined) || core.some((a) => a.name === name),
      mend: () => ({ [name]: null }),
      certain: false,
    });
  }
  if (schemas && schemas.size > 0)
    found.push({
      says: "the server has not the schema of the extension that the roles are in",
      fits: (p) =>
        p.roles === null ||
        !p.roles.attribute.includes(":") ||
        schemas.has(p.roles.attribute.slice(0, p.roles.attribute.lastIndexOf(":"))) ||
        rows.some((u) => attributeOf(u, p.roles!.attribute) !== undefined),
      mend: () => ({ roles: null }),
      certain: true,
    });
  return found;
}
