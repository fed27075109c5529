import type { App } from "../model/app.ts";
import type { Organization } from "../model/organization.ts";
import type { Policy } from "../model/policy.ts";

/** How an app is reached: which tenant, with whose credential. */
export const sameConnection = (a: App, b: App): boolean =>
  a.connector === b.connector && JSON.stringify([a.settings, a.credentials]) === JSON.stringify([b.settings, b.credentials]);

/**
 * What a change asks for, seen with the eyes of the files before it: people, roles and what apps shall hold are those of `head`; settings and
 * policies, which judge, and connections, which name credentials, are those of `base`. An app that is new at head has no connection that
 * anybody approved, and is left out.
 */
export function judgedBy(head: Organization, base: Organization): Organization {
  const apps = new Map<string, App>();
  for (const app of head.apps.values()) {
    const known = [app.key, ...app.formerly].map((key) => base.apps.get(key)).find((a) => a !== undefined);
    if (!known) continue;
    const { connector, settings, credentials } = known;
    // Operators set addresses by an app's key: under another name its credential would go where some other app is reached.
    const renamed = known.key === app.key ? {} : { reachedAs: known.reachedAs ?? known.key };
    // Another connector speaks of other entitlements: nothing of the new file can be seen with the old connection.
    apps.set(app.key, { ...(app.connector === connector ? { ...app, settings, credentials } : { ...known, key: app.key }), ...renamed });
  }
  return { ...head, settings: base.settings, policies: base.policies, apps };
}

/**
 * Policies that a pull request has to pass where its plan is shown: those of the base, but for allowances, which are the head's. An exception comes
 * with the change that it is for, counts to the operation, and like every policy needs an owner of policies.
 */
export const previewedBy = (head: Organization, base: Organization): Policy[] => {
  const isAllowance = (p: Policy): boolean => p.kind === "allowance";
  return [...base.policies.filter((p) => !isAllowance(p)), ...head.policies.filter(isAllowance)];
};
