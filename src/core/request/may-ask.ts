import type { Actor, RepositoryFacts } from "../forge/forge.ts";
import type { Organization } from "../model/organization.ts";
import type { Day } from "../model/person.ts";
import { forgeAccounts } from "../review/accounts.ts";

/**
 * Why an issue's author may not ask for a pull request here; null where nothing speaks against it. Asking gives nothing by itself: whoever asked
 * cannot approve, and the change is reviewed. But it makes rollcall write a branch, a pull request and a comment.
 *
 * | repository | who may ask |
 * |---|---|
 * | private | whoever can open an issue |
 * | public, internal | people in the files, by the number of their account, until their last day |
 */
export function askingRefused(
  author: Actor | null,
  visibility: RepositoryFacts["visibility"],
  organization: Organization,
  today: Day,
): string | null {
  if (author === null) return "The account that opened this issue does not exist any more.";
  if (visibility === "private") return null;
  const { app, personOf } = forgeAccounts(organization, new Map());
  if (app === null)
    return `This repository is ${visibility}, and its files do not say with which accounts people work here (pull-requests.accounts in rollcall.yaml).`;
  const person = organization.people.get(personOf(author.id) ?? "");
  if (!person)
    return `This repository is ${visibility}: only people whose account's number is in the files (accounts: { ${app}: { id: … } }) can ask here. rollcall import writes it.`;
  return person.lastDay !== undefined && person.lastDay < today ? "People whose last day is over cannot ask here." : null;
}
