/** The files follow what was changed by hand in an app, or a policy has it undone. */
import { expect, test } from "vitest";
import { compile } from "../../../src/core/compile/compile.ts";
import { adoptDrift } from "../../../src/core/edit/adopt-drift.ts";
import type { Company, Edited } from "../../../src/core/edit/edit.ts";
import { revertDrift } from "../../../src/core/edit/revert-drift.ts";
import { conditionHolds } from "../../../src/core/expression/holds.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { Finding } from "../../../src/core/plan/plan.ts";
import { company, loadWith, manifests } from "../small-company.ts";

const today = "2026-11-23";
const now = new Date("2026-11-23T12:00:00Z");
const path = "identities/people/ada.yaml";

function companyWith(changes: Readonly<Record<string, string>> = {}): Company {
  const { organization, diagnostics } = loadWith(changes, today);
  if (!organization) throw new Error(JSON.stringify(diagnostics));
  return { organization, files: Object.entries({ ...company, ...changes }).map(([p, text]) => ({ path: p, text })) };
}

const desiredOf = ({ organization }: Company) => compile({ organization, manifests, now, holds: conditionHolds() });

/** An operation that drift asks for, with the lines that the files give for it. */
function drift(given: Company, o: Pick<Operation, "verb" | "target" | "before" | "after"> & { readonly person: string | null }): Operation {
  const because = o.person === null ? [] : (desiredOf(given).accounts.get("forge")?.get(o.person)?.grants.get(o.target)?.because ?? []);
  return {
    ...o,
    id: `forge ${o.person} ${o.verb} ${o.target}`,
    app: "forge",
    phase: o.verb === "grant" ? "grant" : "revoke",
    ref: null,
    login: o.person ?? "stranger",
    because,
    evidence: { kind: "seen" },
    origin: "drift",
    reversible: true,
    risk: "normal",
    admin: false,
  };
}

const foreign = (person: string | null, address: string): Finding => ({
  code: "FOREIGN_EDGE",
  app: "forge",
  person,
  login: person ?? "stranger",
  summary: `somebody holds ${address}`,
  address,
});

function adopted(
  given: Company,
  operations: readonly Operation[],
  findings: readonly Finding[] = [],
  person: string | null = null,
): Edited {
  const app = given.organization.apps.get("forge")!;
  return adoptDrift({
    company: given,
    app,
    manifest: manifests.get("forge")!,
    operations,
    findings,
    desired: desiredOf(given),
    person,
    today,
  });
}

/** Ada's file after it; it has to load. */
function textOf(edited: Edited, given: Company): string {
  if (edited.kind !== "edited") throw new Error(JSON.stringify(edited));
  const files = { ...Object.fromEntries(given.files.map((f) => [f.path, f.text])), ...Object.fromEntries(edited.edit.files) };
  expect(loadWith(files, today).diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  return edited.edit.files.get(path)!;
}
const left = (edited: Edited): readonly string[] =>
  edited.kind === "refused" ? edited.problems : edited.kind === "edited" ? (edited.edit.left ?? []) : [];

const own = (...grants: string[]): Record<string, string> => ({
  [path]: `name: Ada Lovelace\ngrants:\n${grants.map((g) => `  - ${g}\n`).join("")}`,
});

test("what somebody was given by hand becomes a line of her own, with the level where it is not the lowest", () => {
  const given = companyWith(own("forge/member # the account"));
  const edited = adopted(
    given,
    [drift(given, { person: "ada", verb: "revoke", target: "team/x", before: "member", after: null })],
    [foreign("ada", "forge/team/dba:maintainer")],
  );
  expect(textOf(edited, given)).toMatch(
    /grants:\n {2}- forge\/member # the account\n {2}- forge\/team\/dba:maintainer\n {2}- forge\/team\/x\n/,
  );
  expect(edited).toMatchObject({
    edit: {
      title: "Keep what was changed by hand in forge: 2 grants more, 0 fewer",
      paragraph: "The files ask for what forge has. ada has forge/team/dba:maintainer and forge/team/x:member.",
    },
  });
});

test("where the catalogue has a max the line ends by it, and what the catalogue does not have is left", () => {
  const app = `${company["identities/apps/forge.yaml"]!}entitlements:\n  member: {}\n  team/dba: { max: 30d }\n  team/infra: {}\n`;
  const given = companyWith({ ...own("forge/member"), "identities/apps/forge.yaml": app });
  const edited = adopted(given, [], [foreign("ada", "forge/team/dba:member"), foreign("ada", "forge/team/secret:member")]);
  expect(textOf(edited, given)).toContain("  - { grant: forge/team/dba, until: 2026-12-23 }\n");
  expect(left(edited)).toEqual([expect.stringMatching(/catalogue in identities\/apps\/forge.yaml has no team\/secret/)]);
});

test("a level that was raised or lowered by hand is the level of her own line", () => {
  const given = companyWith(own("forge/team/a", "{ grant: forge/team/b:maintainer, until: 2026-12-31 } # till then"));
  const edited = adopted(given, [
    drift(given, { person: "ada", verb: "revoke", target: "team/a", before: "maintainer", after: "member" }),
    drift(given, { person: "ada", verb: "grant", target: "team/b", before: "member", after: "maintainer" }),
  ]);
  expect(textOf(edited, given)).toMatch(
    /- forge\/team\/a:maintainer\n {2}- \{ grant: forge\/team\/b:member, until: 2026-12-31 \} # till then\n/,
  );
});

test("what was taken away by hand goes out of her own file, several lines at once", () => {
  const given = companyWith(own("forge/team/a # one", "forge/member", "forge/team/b # two", "forge/team/c # three"));
  const taken = ["team/a", "team/b"].map((target) => drift(given, { person: "ada", verb: "grant", target, before: null, after: "member" }));
  expect(textOf(adopted(given, taken), given)).toMatch(/grants:\n {2}- forge\/member\n {2}- forge\/team\/c # three\n$/);
});

test("what a role gives is left, with the line that gives it, also where a line of her own gives it as well", () => {
  const roles = "name: Ada Lovelace\nroles: [sre]\ngrants: [forge/team/infra]\n";
  const given = companyWith({ [path]: roles });
  const edited = adopted(given, [drift(given, { person: "ada", verb: "grant", target: "team/infra", before: null, after: "maintainer" })]);
  expect(edited).toEqual({
    kind: "refused",
    problems: [
      expect.stringMatching(
        /^ada \(forge\/team\/infra:maintainer\): role sre \(identities\/roles\/sre\.yaml:3\) gives it\. .*rollcall revert forge/,
      ),
    ],
  });
});

test("without any line her account would be stopped: that is not what somebody did who took one thing away", () => {
  const given = companyWith(own("forge/team/a", "forge/team/b"));
  const taken = ["team/a", "team/b"].map((target) => drift(given, { person: "ada", verb: "grant", target, before: null, after: "member" }));
  const edited = adopted(given, taken);
  expect(edited.kind).toBe("refused");
  expect(left(edited)).toEqual([expect.stringMatching(/team\/a.*would be stopped/), expect.stringMatching(/team\/b.*would be stopped/)]);
  expect(textOf(adopted(given, taken, [foreign("ada", "forge/team/new:member")]), given)).toMatch(/grants:\n {2}- forge\/team\/new\n$/);
});

test("what no line can say is told, all of it, beside what is done", () => {
  const given = companyWith({
    ...own("forge/member", "{ grant: forge/team/old, until: 2026-11-01 }"),
    "identities/people/grace.yaml": "name: Grace Hopper\nlast-day: 2026-11-01\n",
  });
  const edited = adopted(
    given,
    [
      drift(given, { person: "ada", verb: "update", target: "name", before: "X", after: "Ada Lovelace" }),
      drift(given, { person: null, verb: "revoke", target: "team/a", before: "member", after: null }),
    ],
    [foreign("ada", "forge/team/a:member"), foreign("ada", "forge/team/old:member"), foreign("grace", "forge/team/a:member")],
  );
  expect(textOf(edited, given)).toContain("- forge/team/a\n");
  expect(left(edited)).toEqual([
    expect.stringMatching(/^ada \(forge\/team\/old:member\): the line identities\/people\/ada\.yaml:4 ended on 2026-11-01/),
    expect.stringMatching(/^ada \(set name\): no grant says that/),
    expect.stringMatching(/^grace \(forge\/team\/a:member\): is not here today/),
    expect.stringMatching(/^stranger \(forge\/team\/a:member\): no file names the account/),
  ]);
  const keys = companyWith({ ...own("forge/member"), "rollcall.yaml": `${company["rollcall.yaml"]!}pull-requests: { comments: keys }\n` });
  expect(left(adopted(keys, [], [foreign(null, "forge/team/a:member")])).join()).not.toContain("stranger");
});

test("only one person's part, where it is asked for; nothing where there is no drift", () => {
  const given = companyWith(own("forge/member"));
  const both = [foreign("ada", "forge/team/a:member"), foreign("grace", "forge/team/a:member")];
  const edited = adopted(given, [], both, "ada");
  expect(edited.kind === "edited" && [...edited.edit.files.keys()]).toEqual([path]);
  expect(adopted(given, [], both, "bot")).toMatchObject({ kind: "unchanged" });
  const change = {
    ...drift(given, { person: "ada", verb: "grant", target: "team/a", before: null, after: "member" }),
    origin: "change" as const,
  };
  expect(adopted(given, [change])).toMatchObject({ kind: "unchanged" });
});

const gain = (given: Company): Operation =>
  drift(given, { person: "ada", verb: "grant", target: "team/infra", before: null, after: "maintainer" });
const loss = (given: Company): Operation =>
  drift(given, { person: "ada", verb: "revoke", target: "team/x", before: "member", after: null });

test("a revert counts what there is, holds for a week, and says the same thing once", () => {
  const given = companyWith();
  const edited = revertDrift(given, "forge", [gain(given), loss(given), loss(given)], "Nobody meant that: #12", today);
  const text = edited.kind === "edited" ? edited.edit.files.get("policies/revert-forge.yaml")! : "";
  expect(text).toMatch(
    /kind: revert\napp: forge\nexpect:\n {2}gains: 1\n {2}losses: 2\nexpires: 2026-11-30\nbecause: "Nobody meant that: #12"\n$/,
  );
  const standing = companyWith({ "policies/revert-forge.yaml": text });
  expect(standing.organization.policies).toMatchObject([{ kind: "revert", app: "forge", expect: { gains: 1, losses: 2 } }]);
  expect(revertDrift(standing, "forge", [gain(given), loss(given), loss(given)], "again", "2026-11-29").kind).toBe("unchanged");
  expect(revertDrift(standing, "forge", [gain(given), loss(given), loss(given)], "again", "2026-12-01").kind).toBe("edited");
  expect(revertDrift(standing, "forge", [gain(given)], "again", "2026-11-24").kind).toBe("edited");
});

test("where nothing drifted there is nothing to undo, and where no run writes nothing can be", () => {
  const given = companyWith();
  expect(revertDrift(given, "forge", [], "x", today)).toMatchObject({ kind: "unchanged" });
  expect(revertDrift(given, "nowhere", [], "x", today)).toMatchObject({ kind: "refused" });
  const observed = companyWith({ "identities/apps/forge.yaml": `${company["identities/apps/forge.yaml"]!}mode: observe\n` });
  expect(revertDrift(observed, "forge", [gain(observed)], "x", today)).toMatchObject({
    kind: "refused",
    problems: [expect.stringMatching(/observe/)],
  });
});
