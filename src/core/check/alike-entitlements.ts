import { compareText, type Diagnostic } from "../diagnostic.ts";
import { parseAddress } from "../model/address.ts";
import type { GrantDeclaration } from "../model/person.ts";
import { asQuestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, principals } from "./context.ts";
import { addressesIn } from "./nearest-address.ts";

const placeText = ({ origin: { file, line, column } }: GrantDeclaration): string =>
  `${file} ${String(line).padStart(6, "0")} ${String(column).padStart(6, "0")}`;

/** `infra` of `github/team/infra:maintainer`. */
const lastPart = (address: string): string => address.slice(address.lastIndexOf("/") + 1).split(":")[0]!;

/**
 * In an app without a catalogue every well-formed name is valid, a mistyped one too: it would become a group that nobody has, or a task that
 * nobody understands. A name on one line alone, one slip away from a name that others use, is a warning: it may be new.
 */
export const alikeEntitlements: Check = (context) => {
  const { known, book } = addressesIn(context);
  const lone = new Map<string, GrantDeclaration>();
  const roles = [...context.draft.roles.values()].flatMap((r) => r.grants);
  const people = principals(context.draft).flatMap((p) => p.grants);
  for (const grant of [...roles, ...people]) {
    const address = parseAddress(grant.grant);
    const app = address && known.get(address.app);
    if (!app || app.closed || app.entitlements.get(address.entitlement)?.uses !== 1) continue;
    lone.set(`${address.app}/${address.entitlement}`, grant);
  }
  return [...lone].flatMap(([name, grant]): Diagnostic[] => {
    const near = book.alike(grant.grant);
    if (!near || near.uses === 0) return [];
    // Of two names that stand on one line each, one is asked about, never both.
    const other = near.uses === 1 ? lone.get(near.entitlement) : undefined;
    if (other && isRatherMeant(grant, other)) return [];
    return [
      {
        code: "ENTITLEMENT_ALIKE",
        severity: "warning",
        summary: `${quoted(name)} is named on this line alone, and ${quoted(near.entitlement)} is nearly the same.`,
        detail: "The app has no catalogue, so that any name is valid, a mistyped one too.",
        fix: `${asQuestion(near.address)} If both are meant, give the app a catalogue (entitlements: in its file; \`rollcall import\` writes one).`,
        where: [grant.origin, ...(other ? [other.origin] : [])],
      },
    ];
  });

  /** Of two lone names: the one whose last word stands elsewhere too; that of a role, then of a service; else the earlier one. */
  function isRatherMeant(a: GrantDeclaration, b: GrantDeclaration): boolean {
    const [x, y] = [trust(a), trust(b)];
    return x === y ? compareText(placeText(a), placeText(b)) < 0 : x > y;
  }

  function trust({ grant, origin }: GrantDeclaration): number {
    const said = [...known].some(
      ([app, { entitlements }]) =>
        !grant.startsWith(`${app}/`) && [...entitlements.keys()].some((name) => lastPart(name) === lastPart(grant)),
    );
    const place = ["identities/people/", "identities/services/", "identities/roles/"].findIndex((folder) => origin.file.startsWith(folder));
    return (said || context.keys.roles.has(lastPart(grant)) ? 10 : 0) + place;
  }
};
