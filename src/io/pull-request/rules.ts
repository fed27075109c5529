import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { BranchRules } from "../../core/forge/forge.ts";
import { visible } from "./api.ts";
import { ofProtection, protection } from "./protection.ts";
import type { Room } from "./room.ts";
import { branchRule, readRulesets } from "./rulesets.ts";
import { none, type Source, together } from "./together.ts";

const branchShape = z.looseObject({ name: z.string() });

/** What holds for a branch: its protection and every ruleset that is active for it. */
export async function readRules(room: Room, branch: string): Promise<BranchRules> {
  const { api, at } = room;
  const found = await api.look("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch }, branchShape);
  // Rulesets hold for names, whether there is such a branch or not.
  const asked = api.pages("GET /repos/{owner}/{repo}/rules/branches/{branch}", { ...at, branch }, z.array(branchRule));
  const rules = await visible(unless<z.infer<typeof branchRule>[] | "unavailable">(asked, notOffered, "unavailable"));
  const listed = rules === "unavailable" ? [] : rules;
  const sources = [await readProtection(room, branch, found !== null), ...(listed === null ? [null] : await readRulesets(room, listed))];
  return { branch, exists: found !== null, unavailable: rules === "unavailable", ...together(sources) };
}

/**
 * null: it is not told. Only administrators are told; to them an unprotected branch answers 404 "Branch not protected", also where rulesets
 * hold for it (hub4j/github-api #2062, 2025-03). Of a branch that is not there yet nobody is told which pattern would protect it.
 */
async function readProtection({ api, at }: Room, branch: string, exists: boolean): Promise<Source | null> {
  if (!exists) return null;
  const asked = api.get("GET /repos/{owner}/{repo}/branches/{branch}/protection", { ...at, branch }, protection);
  const told = asked.then(({ data }) => ofProtection(data, at.owner));
  return visible(unless(unless(told, notOffered, none), [404, /branch not protected/i], none));
}

/** "Upgrade to GitHub Pro or make this repository public to enable this feature.": the plan has none, so that nothing of it can hold. */
const notOffered = [403, /^GitHub answered 403: Upgrade to /] as const;

/** `instead` where the answer is this one. */
async function unless<T>(asked: Promise<T>, [status, says]: readonly [number, RegExp], instead: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FaultError && error.fault.status === status && says.test(error.message)) return instead;
    throw error;
  }
}
