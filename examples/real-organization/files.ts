import { YamlEdit, writeYaml } from "../../src/core/edit/yaml-edit.ts";
import type { Organization } from "../../src/core/model/organization.ts";
import type { Change } from "./change.ts";
import type { Company } from "./company.ts";
import type { RealOrganization } from "./snapshot.ts";
import { automation, organizationLogin, workDomain } from "./world.ts";

const appFile = "identities/apps/github.yaml";

/** What an engineer fills in after `rollcall init`: which organisation, herself, and who answers for rollcall's own account. */
export async function fillIn(company: Company, organization: RealOrganization): Promise<void> {
  const engineer = organization.people.get(Math.min(...organization.owners))!;
  await company.write(appFile, new YamlEdit(await company.read(appFile)).set(["settings", "organization"], organizationLogin).toString());
  await company.write(
    `identities/people/${engineer.login}.yaml`,
    writeYaml({ name: engineer.name, title: "Infrastructure", accounts: { github: engineer.login } }),
  );
  await company.write(
    `identities/services/${automation.login}.yaml`,
    writeYaml({ name: "Rollcall", owner: engineer.login, accounts: { github: automation.login } }),
  );
}

/** From now on the files hold. */
export async function enforce(company: Company): Promise<void> {
  await company.write(appFile, new YamlEdit(await company.read(appFile)).set(["mode"], "enforce").toString());
}

/**
 * Edits the files until they say what the later snapshot says, as people would: a file for everybody who joined, a last day for everybody
 * who left, other grants for those whose teams changed, `rollcall rename` for renamed teams, lines in the catalogue for new and ended ones.
 * Answers how many files were touched.
 */
export async function writeChange(company: Company, change: Change, to: RealOrganization, lastDay: string): Promise<number> {
  const touched = new Set<string>([appFile]);
  for (const [old, name] of change.renamedTeams) {
    const { code, err } = await company.rename("entitlement", `github/team/${old}`, `github/team/${name}`);
    if (code !== 0) throw new Error(`rename of ${old} ended with exit ${code}: ${err}`);
  }
  const files = filesById(await company.organization());
  const catalogue = new YamlEdit(await company.read(appFile));
  for (const name of change.renamedTeams.values()) catalogue.set(["entitlements", `team/${name}`, "manage"], true);
  for (const name of change.newTeams) catalogue.set(["entitlements", `team/${name}`], { manage: true });
  for (const name of change.goneTeams) catalogue.set(["entitlements", `team/${name}`], { manage: true, status: "absent" });
  await company.write(appFile, catalogue.toString());

  const grants = grantsByPerson(to);
  const changed = new Set([...change.gains, ...change.losses].map((e) => e.person));
  const gone = new Set(change.goneTeams.map((name) => `github/team/${name}`));
  for (const { id } of change.left) {
    const path = files.get(id)!;
    const edit = new YamlEdit(await company.read(path)).set(["last-day"], lastDay);
    // A line may not ask for a team that shall be absent, not even a leaver's.
    const kept = (edit.plain(["grants"]) as string[]).filter((grant) => !gone.has(grant.replace(/:[^:]*$/, "")));
    await company.write(path, (kept.length > 0 ? edit.set(["grants"], kept) : edit.remove(["grants"])).toString());
    touched.add(path);
  }
  for (const { id, login } of change.renamedPeople) {
    const path = files.get(id)!;
    await company.write(path, new YamlEdit(await company.read(path)).set(["accounts", "github", "login"], login).toString());
    touched.add(path);
  }
  for (const id of changed) {
    const path = files.get(id);
    if (path === undefined) continue; // joins, below
    await company.write(path, new YamlEdit(await company.read(path)).set(["grants"], grants.get(id)).toString());
    touched.add(path);
  }
  for (const { id, login, name, email } of change.joined) {
    const path = `identities/people/${login}.yaml`;
    const address = email?.endsWith(`@${workDomain}`) ? { email } : {};
    await company.write(path, writeYaml({ name, ...address, grants: grants.get(id), accounts: { github: { login, id: String(id) } } }));
    touched.add(path);
  }
  return touched.size;
}

function filesById(organization: Organization): Map<number, string> {
  return new Map(
    [...organization.people.values()].flatMap((p) =>
      p.accounts.get("github")?.id === undefined ? [] : [[Number(p.accounts.get("github")!.id), p.origin.file]],
    ),
  );
}

function grantsByPerson(organization: RealOrganization): Map<number, string[]> {
  const grants = new Map(
    [...organization.people.keys()].map((id): [number, string[]] => [id, organization.owners.has(id) ? ["github/owner"] : []]),
  );
  for (const team of organization.teams.values()) {
    for (const [id, level] of team.members) grants.get(id)!.push(`github/team/${team.name}${level === "maintainer" ? ":maintainer" : ""}`);
  }
  return new Map([...grants].map(([id, list]) => [id, list.length > 0 ? list.sort() : ["github/member"]]));
}

/** The file with which a reviewer says: yes, this many. */
export const allowanceFile = "policies/allow-the-year.yaml";

export const writeAllowance = (
  company: Company,
  expect: { readonly removals: number; readonly groups: Readonly<Record<string, number>> },
  expires: string,
): Promise<void> =>
  company.write(
    allowanceFile,
    writeYaml({
      kind: "allowance",
      name: "allow-the-year",
      app: "github",
      expect,
      expires,
      because: "A year of real change, reviewed as one",
    }),
  );
