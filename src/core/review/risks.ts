import type { App } from "../model/app.ts";
import type { Organization } from "../model/organization.ts";
import type { Origin } from "../model/origin.ts";
import type { Principal } from "../model/person.ts";
import { fileKind } from "../source/file-kind.ts";
import type { ChangedPath } from "./segment.ts";
import { sameConnection } from "./judged-by.ts";

/** A part of a change that deserves another look, whatever access it changes. */
export interface Risk {
  readonly kind: "settings" | "app" | "policy" | "workflow" | "code" | "identity" | "link" | "foreign-path";
  readonly path: string;
  readonly line?: number;
  /** What exactly, one clause; may name people. */
  readonly detail: string;
}

/** The organisation of each side; null where its files have errors. `paths` relative to rollcall's root; what lies outside begins with `../`. */
export interface RiskInput {
  readonly paths: readonly ChangedPath[];
  readonly base: Organization | null;
  readonly head: Organization | null;
}

/** In order of path. */
export function risksOf({ paths, base, head }: RiskInput): Risk[] {
  return paths.flatMap((changed) => [...byPath(changed), ...byContent(changed, base, head)]);
}

/** What the path alone says. */
function byPath({ path, kind, change }: ChangedPath): Risk[] {
  const risk = (of: Risk["kind"], detail: string): Risk => ({ kind: of, path, detail });
  if (kind === "link") return [risk("link", "a symbolic link: it is not followed, and what it names is not read")];
  if (kind === "submodule") return [risk("link", "a submodule: it is not entered")];
  if (path.startsWith("../")) return [risk("foreign-path", "outside of rollcall's folder")];
  const removed = change === "removed" ? "removed" : change;
  if (/^\.github\/(?:workflows|actions)\//.test(path) || path === ".github/CODEOWNERS" || path === "CODEOWNERS") {
    return [risk("workflow", `${removed}: it decides what runs with credentials, or who has to review`)];
  }
  const workspace = path === "rollcall.yaml" || path.startsWith("identities/") || path.startsWith("policies/");
  if (!workspace) return [risk("code", `${removed}: not one of rollcall's files; what runs here may change`)];
  if (kind === "executable") return [risk("link", "marked as a program")];
  switch (fileKind(path).kind) {
    case "settings":
      return [risk("settings", `${removed}: previews and judgement go by the settings of the base`)];
    case "policies":
      return [risk("policy", `${removed}: has to pass the policies of the base and its own`)];
    case "misplaced":
      return [risk("foreign-path", "a file that rollcall does not read")];
    default:
      return [];
  }
}

/** What the declarations say: connections of apps, and whose account is whose. */
function byContent({ path }: ChangedPath, base: Organization | null, head: Organization | null): Risk[] {
  const kind = fileKind(path);
  if (kind.kind === "apps") return appRisks(path, base, base?.apps.get(kind.key), head?.apps.get(kind.key));
  if (kind.kind !== "people" && kind.kind !== "services") return [];
  const before = base?.people.get(kind.key) ?? base?.services.get(kind.key);
  const after = head?.people.get(kind.key) ?? head?.services.get(kind.key);
  return before && after ? identityRisks(path, before, after) : after ? claimRisks(path, after, base) : [];
}

function appRisks(path: string, base: Organization | null, before: App | undefined, after: App | undefined): Risk[] {
  const at = (detail: string, origin?: Origin): Risk => ({ kind: "app", path, ...(origin ? { line: origin.line } : {}), detail });
  if (!after) return before ? [at("the app is managed no longer; nothing is taken away by it")] : [];
  if (!before) {
    const known = after.formerly.find((key) => base?.apps.has(key));
    if (known !== undefined) return [at(`another name for the app ${known}: it is reached as before until this is merged`, after.origin)];
    return [at("a new app: it is not read before it is merged", after.origin)];
  }
  return [
    ...(sameConnection(before, after)
      ? []
      : [
          at(
            "how the app is reached or whose credential is used changes: nothing is read with the new settings before they are merged",
            after.origin,
          ),
        ]),
    ...(before.mode === after.mode ? [] : [at(`mode ${before.mode} → ${after.mode}`, after.origin)]),
    ...(JSON.stringify(before.owners) === JSON.stringify(after.owners) ? [] : [at("other owners: they approve who gets in", after.origin)]),
  ];
}

function identityRisks(path: string, before: Principal, after: Principal): Risk[] {
  const apps = new Set([...before.accounts.keys(), ...after.accounts.keys()]);
  return [...apps].flatMap((app): Risk[] => {
    const [was, will] = [before.accounts.get(app), after.accounts.get(app)];
    if (was?.id === will?.id && was?.login === will?.login) return [];
    const line = (will ?? was)!.origin.line;
    return [{ kind: "identity", path, line, detail: `another account in ${app} belongs to ${after.key} from now on` }];
  });
}

/** A new key that takes over what another one had. */
const claimRisks = (path: string, after: Principal, base: Organization | null): Risk[] =>
  after.formerly
    .filter((key) => base?.people.has(key) || base?.services.has(key))
    .map((key) => ({ kind: "identity", path, line: after.origin.line, detail: `takes over the accounts of ${key}` }));
