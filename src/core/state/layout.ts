/**
 * Names in the checkpoint. They can never change: state files of every user refer to them for ever, and Pulumi finds provider code by them
 * (README.md has the tables). Facts about Pulumi: source of pulumi/pulumi v3.259.0, 2026-08.
 */

/** One Pulumi project for all apps; the stack is the app's key. */
export const project = "rollcall";

/** Kinds of resource: an account of a person, a managed group, the tenant an app is pinned to. */
export const resourceKinds = ["Account", "Group", "Tenant"] as const;
export type ResourceKind = (typeof resourceKinds)[number];

export const isResourceKind = (text: string): text is ResourceKind => resourceKinds.some((kind) => kind === text);

export const stackType = "pulumi:pulumi:Stack";
export const providerType = "pulumi:providers:pulumi-nodejs";
/** Name of the one tenant resource of a stack. */
export const tenantName = "tenant";
/** Key under which Pulumi keeps the text that it runs as provider code: only our constants are accepted there. */
export const providerKey = "__provider";
/** Marks a value as encrypted or plain secret in Pulumi's wire format. */
export const secretMark = "4dabf18193072939515e22adb298388d";

/**
 * Free text by Pulumi's rules, and `magic` is its SHA-256 in hex; Pulumi refuses a file where they do not agree. It names the layout's origin,
 * so it does not change with the version of rollcall.
 */
export const manifestVersion = "v3.259.0";
export const manifestMagic = "ab35920a3077459b09dd1a3f7ddc28df4e3efc81b3240013bb6906688abc684d";

export const typeToken = (connector: string, kind: ResourceKind): string => `pulumi-nodejs:dynamic/${project}/${connector}:${kind}`;

/** The whole provider code of a resource: it loads rollcall by name and holds no logic, so it never goes stale. */
export const providerText = (connector: string, kind: ResourceKind): string =>
  `exports.handler=()=>require("rollcall/pulumi").get("${connector}/${kind}")`;

export const urn = (app: string, type: string, name: string): string => `urn:pulumi:${app}::${project}::${type}::${name}`;
export const stackUrn = (app: string): string => urn(app, stackType, `${project}-${app}`);
export const providerUrn = (app: string): string => urn(app, providerType, "default");

/** Pulumi ids are constants: a vendor's id may change (invitation to user), and an update cannot change a Pulumi id. */
export const accountId = (app: string, person: string): string => `${app}/${person}`;
export const groupId = (app: string, entitlement: string): string => `${app}/group/${entitlement}`;
export const tenantId = (app: string): string => app;
