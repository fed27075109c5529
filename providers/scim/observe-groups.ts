/** What the groups that a server shows prove. Pure. */
import { field, type Observation, rowsOf } from "./observation.ts";
import type { Profile } from "./profile.ts";
import type { Survey } from "./survey.ts";

export function ofGroups(survey: Survey): Observation[] {
  const { groups, resourceTypes, groupAlone, filters } = survey;
  const found: Observation[] = [];
  if (groups === "denied")
    return [{ says: "the credential may not read groups", fits: (p) => p.groups === "none", mend: () => ({}), certain: true }];
  if (groups === null)
    return [
      field(
        "groups",
        "none",
        resourceTypes?.includes("Group") === true ? "the server says it has groups and does not list them" : "the server has no groups",
      ),
    ];
  found.push({ says: "the server has groups", fits: (p) => p.groups !== "none", mend: () => ({ groups: "write" }), certain: true });
  const rows = rowsOf(groups);
  const names = rows.map((g) => g.displayName);
  const twice = names.find((n, i) => names.indexOf(n) < i);
  if (twice !== undefined)
    found.push({
      says: `several groups are called ${twice}: rollcall writes to none of them`,
      fits: () => false,
      mend: () => ({}),
      certain: false,
    });
  const shown = rows.filter((g) => g.members !== undefined);
  const ifGroups = (o: Observation): Observation => ({ ...o, fits: (p) => p.groups === "none" || o.fits(p) });
  if (shown.length > 0) {
    found.push(ifGroups(field("members", "list", "the list of groups shows members")));
    found.push(
      ifGroups({
        says: "a group shows its members",
        fits: (p) => p.membership === "group",
        mend: () => ({ membership: "group" }),
        certain: false,
      }),
    );
    if (shown.some((g) => g.members!.length === 0))
      found.push(ifGroups(field("emptyMembers", "shown", "a group without members says so", false)));
    else if (shown.length < rows.length && groupAlone?.members === undefined)
      found.push(ifGroups(field("emptyMembers", "omitted", "groups without members leave them out")));
    const most = Math.max(...shown.map((g) => g.members!.length));
    if ([50, 100, 200, 500, 1000].includes(most) && shown.filter((g) => g.members!.length === most).length > 1)
      found.push({
        says: `several groups show exactly ${most} members: that may be a limit`,
        fits: (p) => p.groups === "none" || p.membersCap !== 0,
        mend: () => ({ membersCap: most }),
        certain: false,
      });
    return found;
  }
  if (rows.length === 0) return found;
  if (groupAlone?.members !== undefined) {
    found.push(ifGroups(field("members", "group", "only a group read by itself shows its members")));
    return found;
  }
  // No group shows members: hidden, or all groups are empty and leave them out.
  const filter = filters["groups.value"] === "works";
  const proven = filter || filters.members === "works" || filters["id and members"] === "works";
  found.push(
    ifGroups({
      says: `no group shows members${filter ? "; a filter on the groups of users does" : proven ? ", and some have them" : ": they are hidden, or nobody is in a group"}`,
      fits: (p) => (filter ? p.members === "filter" : p.members === "none"),
      mend: () => ({ members: filter ? "filter" : "none" }),
      certain: proven,
    }),
  );
  const one: Profile["membership"] = filters["id and members"] === "works" ? "filter" : "none";
  if (proven)
    found.push(
      ifGroups({
        says: one === "filter" ? "one membership is told by a filter on id and members" : "one membership cannot be looked up",
        fits: (p) => p.membership === one || p.membership === "none",
        mend: () => ({ membership: one }),
        certain: true,
      }),
    );
  return found;
}
