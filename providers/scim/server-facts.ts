/** A survey as lines for people: what the server can do, by its own word and by what it showed. Pure. */
import type { Inspection } from "../../src/connector/index.ts";
import { rowsOf } from "./observation.ts";
import { asked, filterNames, type Survey } from "./survey.ts";

export function factsOf(survey: Survey): Inspection["facts"] {
  const { configuration: told, users, groups, pastEnd, filters, one, userAlone, resourceTypes, schemas } = survey;
  const says = (name: "patch" | "bulk" | "etag" | "sort" | "changePassword"): string =>
    told?.[name] === undefined ? "not told" : told[name].supported ? "yes, it says" : "no, it says";
  const rows = rowsOf(users).length;
  const total = users.totalResults;
  const works = filterNames.filter((f) => f !== "userName in capitals" && filters[f] === "works");
  const fails = filterNames.filter((f) => f !== "userName in capitals" && filters[f] !== null && filters[f] !== "works");
  const swapped = filters["userName in capitals"];
  const heed = filters.userName !== "works" || swapped === null ? "" : swapped === "works" ? "; case does not matter" : "; case matters";
  const paging = told?.pagination;
  const kinds = [paging?.index === false ? "" : "index", survey.cursor === true || paging?.cursor === true ? "cursor" : ""].filter(
    (k) => k !== "",
  );
  const size = [
    total !== undefined && total > rows && rows < asked ? `${rows} rows at most` : rows === asked ? `${asked} rows or more` : "",
    told?.filter?.maxResults === undefined ? "" : `${told.filter.maxResults} at most, it says`,
  ].filter((t) => t !== "");
  const list = groups === null || groups === "denied" ? null : rowsOf(groups);
  const stored = list?.some((g) => new Set((g.members ?? []).map((m) => m.value)).size < (g.members ?? []).length);
  return [
    { name: "users", value: total === undefined ? `${rows} on the first page` : String(total) },
    {
      name: "groups",
      value:
        groups === "denied"
          ? "not for this credential"
          : list === null
            ? "none"
            : String(list.length > 0 && typeof groups === "object" ? (groups?.totalResults ?? list.length) : 0),
    },
    { name: "paging", value: kinds.join(" and ") },
    { name: "page size", value: size.length === 0 ? "not to be seen: all rows fit on a page" : size.join("; ") },
    { name: "past the end", value: pastEnd === null ? "not tried" : pastEnd === "page 1" ? "page 1 comes again" : "an empty page" },
    {
      name: "totalResults",
      value:
        total === undefined
          ? "not told"
          : one?.totalResults === undefined
            ? "not tried"
            : one.totalResults <= 1
              ? "rows of the page"
              : "rows of the list",
    },
    {
      name: "filter",
      value: `${works.length === 0 ? "nothing proven" : `by ${works.join(", ")}`}${fails.length === 0 ? "" : `; not by ${fails.join(", ")}`}${heed}${told?.filter === undefined ? "" : told.filter.supported ? "; it says yes" : "; it says no"}`,
    },
    { name: "patch", value: says("patch") },
    { name: "bulk", value: says("bulk") },
    { name: "etag", value: userAlone?.version === true ? "yes, resources have versions" : says("etag") },
    { name: "sort", value: says("sort") },
    { name: "changePassword", value: says("changePassword") },
    { name: "members", value: membersText(survey) + (stored === true ? "; some are stored twice" : "") },
    {
      name: "resource types",
      value:
        resourceTypes === null
          ? "not told"
          : resourceTypes
              .filter((t) => !t.includes(":"))
              .filter((t, i, all) => all.indexOf(t) === i)
              .join(", ") || "none",
    },
    { name: "schemas", value: schemas === null ? "not told" : [...schemas.keys()].join(", ") || "none" },
  ];
}

function membersText({ groups, groupAlone }: Survey): string {
  if (groups === null || groups === "denied") return "no groups to see";
  const rows = rowsOf(groups);
  if (rows.length === 0) return "no group to see";
  if (rows.some((g) => g.members !== undefined)) return "with the list of groups";
  return groupAlone?.members === undefined ? "nowhere to be seen" : "group by group";
}
