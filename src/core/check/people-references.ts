import type { Diagnostic, Place } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, placeOf } from "./context.ts";

/** Managers, owners, approvers and those who inherit a leaver's things are people of this organisation. */
export const peopleReferences: Check = (context) => {
  const out: Diagnostic[] = [];
  const at = (file: string, path: readonly (string | number)[]) => (): Place => placeOf(context, file, path);
  for (const { key, manager, origin } of context.draft.people.values()) {
    if (manager === undefined) continue;
    const place = at(origin.file, ["manager"]);
    if (manager === key) {
      out.push({
        code: "MANAGER_SELF",
        severity: "error",
        summary: `${key} is their own manager.`,
        fix: "Name somebody else, or leave it out.",
        where: [place()],
      });
    } else out.push(...unknownPerson(context, manager, "manager", place));
  }
  for (const { owner, origin } of context.draft.services.values())
    out.push(...unknownPerson(context, owner, "owner", at(origin.file, ["owner"])));
  for (const { owners, origin } of context.draft.roles.values()) {
    owners.forEach((owner, i) => out.push(...unknownPerson(context, owner, "owner", at(origin.file, ["owners", i]))));
  }
  for (const app of context.draft.apps.values()) {
    const { file } = app.origin;
    app.owners.forEach((owner, i) => out.push(...unknownPerson(context, owner, "owner", at(file, ["owners", i]))));
    for (const entitlement of app.entitlements?.values() ?? []) {
      entitlement.approvers.forEach((approver, i) =>
        out.push(...unknownPerson(context, approver, "approver", at(file, ["entitlements", entitlement.name, "approvers", i]))),
      );
    }
    const heir = app.leavers.transferTo;
    if (heir !== undefined && heir !== "manager") out.push(...unknownPerson(context, heir, "person", at(file, ["leavers", "transfer-to"])));
  }
  return out;
};

function unknownPerson(context: CheckContext, key: string, part: string, place: () => Place): Diagnostic[] {
  if (context.keys.people.has(key)) return [];
  return [
    {
      code: "PERSON_UNKNOWN",
      severity: "error",
      summary: `The ${part} ${quoted(key)} is not a person of this organisation.`,
      fix: suggestion(key, context.keys.people, "Use the key of a person: a file name in identities/people/ without .yaml."),
      where: [place()],
    },
  ];
}
