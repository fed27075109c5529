import { compareText } from "../diagnostic.ts";
import type { DesiredAccount } from "../model/desired.ts";
import { fold } from "../model/observed.ts";
import type { AccountHint } from "../model/person.ts";
import type { AccountRecord } from "../model/state.ts";
import { YamlEdit } from "./yaml-edit.ts";

export interface Confirmation {
  readonly person: string;
  readonly name: string;
  readonly email?: string;
  /** What the files want of the account today; null where no line asks for it. */
  readonly wish: DesiredAccount | null;
  readonly record: AccountRecord | null;
  readonly hint: AccountHint | null;
  /** The number of a new account, as the person who made it says. */
  readonly id?: string;
}

export type Confirmed =
  { readonly kind: "written"; readonly text: string; readonly what: string } | { readonly kind: "refused"; readonly why: string };

interface Row {
  readonly id: string;
  readonly login?: string;
  readonly email?: string;
}

/**
 * The register after somebody has done what the plan asked for: the account's row as the files want it. Comments and other rows stay. A wish
 * for absence takes the row out. Pure; `text` null = there is no register yet.
 */
export function confirmIn(text: string | null, c: Confirmation): Confirmed {
  const edit = new YamlEdit(text ?? "accounts: []\n");
  const rows = (edit.plain(["accounts"]) ?? []) as readonly Row[];
  const index = rows.findIndex((row) => isRowOf(row, c));
  const status = c.wish?.status ?? (c.record ? "suspended" : "absent");
  if (status === "absent") {
    if (index < 0) return { kind: "written", text: text ?? edit.toString(), what: `${c.person} has no row, as wanted` };
    edit.remove(["accounts", index]);
    return { kind: "written", text: edit.toString(), what: `the row of ${c.person} is taken out` };
  }
  const grants = Object.fromEntries(
    [...(c.wish?.grants.values() ?? [])].sort((a, b) => compareText(a.entitlement, b.entitlement)).map((g) => [g.entitlement, g.level]),
  );
  const id = rows[index]?.id ?? c.id ?? c.hint?.id;
  if (id === undefined) return { kind: "refused", why: `${c.person} has no row yet: give its number or name in the app with --id` };
  if (index < 0 && rows.some((row) => row.id === id)) return { kind: "refused", why: `the id ${id} is taken by another row` };
  const login = c.hint?.login ?? rows[index]?.login;
  edit.set(["accounts", index < 0 ? rows.length : index], {
    id,
    ...(login === undefined ? {} : { login }),
    name: c.name,
    ...(c.email === undefined ? {} : { email: c.email }),
    status,
    grants,
  });
  const held = Object.keys(grants);
  return { kind: "written", text: edit.toString(), what: `${c.person} is ${status}${held.length > 0 ? ` with ${held.join(", ")}` : ""}` };
}

function isRowOf(row: Row, c: Confirmation): boolean {
  if (c.record) return row.id === c.record.ref.id;
  if (c.hint?.id !== undefined) return row.id === c.hint.id;
  if (c.hint?.login !== undefined) return row.login !== undefined && fold(row.login) === fold(c.hint.login);
  return c.email !== undefined && row.email !== undefined && fold(row.email) === fold(c.email);
}
