/** What a survey proves or suggests about the fields of a profile. Pure. */
import { field, type Observation, rowsOf } from "./observation.ts";
import { ofGroups } from "./observe-groups.ts";
import { ofUsers, ofValues } from "./observe-users.ts";
import type { Profile } from "./profile.ts";
import { asked, type FilterAnswer, type Survey } from "./survey.ts";

export function observe(survey: Survey): readonly Observation[] {
  return [
    ...ofVersion(survey),
    ...ofLists(survey),
    ...ofLookUps(survey),
    ...ofUsers(survey),
    ...ofValues(survey),
    ...ofGroups(survey),
    ...ofEditing(survey),
  ];
}

const known = (answer: FilterAnswer): answer is Exclude<FilterAnswer, null> => answer !== null;

/** SCIM 1.1 has other names for half of it (`urn:scim:schemas:core:1.0`, simplecloud.info, 2012): what reads like 2.0 may not write like it. */
function ofVersion({ old }: Survey): Observation[] {
  if (!old) return [];
  const says = "the server speaks SCIM 1.1 at this address, and this connector 2.0: many have both, the other often at /scim/v2";
  return [{ says, fits: () => false, mend: () => ({}), certain: true }];
}

function ofLists({ users, one, cursor, configuration }: Survey): Observation[] {
  const found: Observation[] = [];
  const rows = rowsOf(users).length;
  const paging = configuration?.pagination;
  if (paging?.cursor === true && paging.index === false)
    found.push(field("paging", "cursor", "the server says that it pages by cursor only"));
  else if (cursor === false || (paging !== undefined && paging.cursor !== true))
    found.push(field("paging", "index", "the server does not page by cursor"));
  if (users.totalResults === undefined) found.push(field("totals", "none", "the list of users comes without totalResults"));
  else if (one?.totalResults !== undefined) {
    const ofPage = one.totalResults <= 1;
    found.push(
      ofPage
        ? field("totals", "none", "totalResults tells the rows of the page, not of the list")
        : field("totals", "exact", "totalResults tells the rows of the list", false),
    );
  }
  if (rows > 0 && rows < asked && users.totalResults !== undefined && users.totalResults > rows)
    found.push({
      says: `a page holds ${rows} rows at most`,
      fits: (p) => p.pageSize <= rows,
      mend: () => ({ pageSize: rows }),
      certain: false,
    });
  const most = configuration?.filter?.maxResults;
  if (most !== undefined && most > 0 && most < asked && rows < asked)
    found.push({
      says: `the server says that it gives ${most} rows at most`,
      fits: (p) => p.pageSize <= most,
      mend: () => ({ pageSize: most }),
      certain: false,
    });
  return found;
}

function ofLookUps({ filters, configuration }: Survey): Observation[] {
  const paths = ["emails.value", "emails", "email"] as const;
  const address = paths.find((path) => filters[path] === "works") ?? null;
  const byAddress = address === null ? filters["emails.value"] : "works";
  const answers: Readonly<Record<Profile["filters"][number], FilterAnswer>> = {
    userName: filters.userName,
    emails: byAddress,
    displayName: filters.displayName,
  };
  const found: Observation[] = [];
  for (const name of ["userName", "emails", "displayName"] as const) {
    const answer = answers[name];
    if (!known(answer)) continue;
    const lists = (p: Profile): boolean => p.filters.includes(name);
    if (answer === "works")
      found.push({ says: `the server looks up by ${name}`, fits: lists, mend: (p) => ({ filters: [...p.filters, name] }), certain: false });
    else
      found.push({
        says: `the server does not look up by ${name}: the question was ${answer === "silent" ? "answered with nothing" : answer}`,
        fits: (p) => !lists(p),
        mend: (p) => ({ filters: p.filters.filter((f) => f !== name) }),
        certain: true,
      });
  }
  if (configuration?.filter?.supported === false && !Object.values(answers).includes("works"))
    found.push({
      says: "the server says that it cannot filter",
      fits: (p) => p.filters.length === 0,
      mend: () => ({ filters: [] }),
      certain: true,
    });
  if (address !== null)
    found.push({
      says: `addresses are looked up by ${address}`,
      fits: (p) => !p.filters.includes("emails") || p.emailFilter === address || filters[p.emailFilter] === "works",
      mend: () => ({ emailFilter: address }),
      certain: true,
    });
  const swapped = filters["userName in capitals"];
  if (filters.userName === "works" && swapped === "silent") found.push(field("filterCase", "sensitive", "look-ups heed case"));
  else if (swapped === "works") found.push(field("filterCase", "insensitive", "look-ups do not heed case"));
  return found;
}

function ofEditing({ configuration: told, userAlone }: Survey): Observation[] {
  const found: Observation[] = [];
  if (told?.patch?.supported === false)
    found.push({
      says: "the server says that it knows no PATCH",
      fits: (p) => p.userEdit === "put" && (p.groupEdit === "put" || p.groups !== "write"),
      mend: () => ({ userEdit: "put", groupEdit: "put" }),
      certain: true,
    });
  else if (told?.patch?.supported === true)
    found.push({
      says: "the server says that it knows PATCH",
      fits: (p) => p.userEdit === "patch" && p.groupEdit === "patch",
      mend: () => ({ userEdit: "patch", groupEdit: "patch" }),
      certain: false,
    });
  const versions = userAlone?.version ?? told?.etag?.supported;
  if (versions === true)
    found.push({
      says: "resources have versions, by which replacing becomes safe",
      fits: (p) => p.etag || (p.userEdit === "patch" && p.groupEdit === "patch"),
      mend: () => ({ etag: true }),
      certain: false,
    });
  if (versions === false) found.push(field("etag", false, "resources have no versions"));
  return found;
}
