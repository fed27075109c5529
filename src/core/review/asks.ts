import type { Case } from "./case.ts";
import type { Ask } from "./circle.ts";

/**
 * What has to be approved, and by whose owner. Every row adds; one person may own several.
 *
 * | row | an owner of |
 * |---|---|
 * | paths | each path that is touched (owners.ts); policies/ for a link, a submodule or a program where files belong |
 * | policies | policies/, for every file in it: allowances are such files |
 * | gains | each app in which somebody gains, or the entitlement's approvers |
 * | bindings | each app in which somebody's account becomes another; policies/ where it is the account that approvals are counted by |
 */
export const askRules = { paths, policies, gains, bindings } satisfies Record<string, AskRule>;
export type AskRule = (of: Case) => Ask[];

function paths({ input, owners }: Case): Ask[] {
  return input.change.paths.map(({ path, kind }) => ({ ownership: kind === "file" ? owners.path(path) : owners.policies, about: path }));
}

function policies({ input, owners }: Case): Ask[] {
  return input.change.paths
    .filter(({ path }) => path.startsWith("policies/"))
    .map(({ path }) => ({ ownership: owners.policies, about: path }));
}

function gains({ weight, owners }: Case): Ask[] {
  return weight.gains.map(({ app, target, person }) => ({
    ownership: owners.access(app, target),
    about: `${person} gains ${target === "account" ? `an account in ${app}` : `${app}/${target}`}`,
  }));
}

function bindings({ weight, owners }: Case): Ask[] {
  return weight.bindings.flatMap(({ app, person, decides }) => {
    const about = `which account in ${app} is ${person}'s`;
    return [{ ownership: owners.access(app, "account"), about }, ...(decides ? [{ ownership: owners.policies, about }] : [])];
  });
}
