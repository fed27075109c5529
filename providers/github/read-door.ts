import { z } from "zod";
import type { ObservedAccount, ObservedEdge, Page, Verdict } from "../../src/connector/index.ts";
import { FaultError } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { expiredAccount, instant, invitation, invitedAddress, outsideAccount, ownerEdge, pendingAccount, simpleUser } from "./convert.ts";
import type { Invitation } from "./convert.ts";
import { invitees } from "./identity.ts";
import { pageSizes } from "./manifest.ts";

/** Read in this order: what comes later is nearer to the present. */
const lists = ["outside", "failed", "open"] as const;
type List = (typeof lists)[number];

const routes: Record<List, string> = {
  outside: "GET /orgs/{org}/outside_collaborators",
  failed: "GET /orgs/{org}/failed_invitations",
  open: "GET /orgs/{org}/invitations",
};

/** One page of the three lists about people who are not members (yet). The cursor is `LIST:PAGE`. */
export async function readDoor(context: Context, cursor: string | undefined, verdict: Verdict): Promise<Page> {
  const { list, page } = position(cursor);
  const parameters = { org: context.org, per_page: pageSizes.invitations, page };
  const { rows, next } = await (list === "outside" ? outside(context, parameters) : invited(context, list, parameters));
  if (next !== undefined) return { ...rows, next: `${list}:${next}` };
  const following = lists[lists.indexOf(list) + 1];
  return following === undefined ? { ...rows, closes: [verdict] } : { ...rows, next: `${following}:1` };
}

interface Read {
  readonly rows: { readonly accounts: ObservedAccount[]; readonly edges?: ObservedEdge[] };
  readonly next?: number | undefined;
}

async function outside(context: Context, parameters: Record<string, unknown>): Promise<Read> {
  const { data, next } = await context.api.get(routes.outside, parameters, z.array(simpleUser));
  return { rows: { accounts: data.map(outsideAccount) }, next };
}

/**
 * Invitations name a login and no id, so the users behind the logins are asked for in one query. A failed invitation of somebody who has
 * become a member since is history and is left out; one whose login nobody has any more stays an invitation.
 */
async function invited(context: Context, list: "failed" | "open", parameters: Record<string, unknown>): Promise<Read> {
  const { data, next } = await context.api.get(routes[list], parameters, z.array(invitation));
  const users = await invitees(context, [...new Set(data.flatMap((row) => (row.login === null ? [] : [row.login])))]);
  const accounts: ObservedAccount[] = [];
  const edges: ObservedEdge[] = [];
  for (const row of data) {
    const user = row.login === null ? undefined : users.get(row.login);
    if (list === "failed") {
      if (user === undefined) accounts.push(invitedAddress(row, "expired"));
      else if (!user.member) accounts.push(expiredAccount(user, row));
      continue;
    }
    const account = user === undefined ? invitedAddress(row, "pending") : pendingAccount(user, instant(row.created_at));
    accounts.push(account);
    if (row.role === "admin") edges.push(ownerEdge(account.ref));
  }
  return { rows: { accounts, edges }, next };
}

function position(cursor: string | undefined): { list: List; page: number } {
  if (cursor === undefined) return { list: "outside", page: 1 };
  const [name, number] = cursor.split(":");
  const list = lists.find((l) => l === name);
  const page = Number(number);
  if (list === undefined || !Number.isSafeInteger(page) || page < 1) {
    throw new FaultError({ kind: "invalid", message: `"${cursor}" is no place in GitHub's lists of invitations.` });
  }
  return { list, page };
}

/**
 * Every row of one of these lists, for a look-up that GitHub does not offer by key. The first page says how many there are; the others are
 * asked for together. Ten pages are more than GitHub lets anybody invite in two days; beyond them nothing is concluded.
 */
export async function wholeList<T>(context: Context, list: List, row: z.ZodType<T>): Promise<T[]> {
  const page = (number: number) =>
    context.api.get(routes[list], { org: context.org, per_page: pageSizes.invitations, page: number }, z.array(row));
  const first = await page(1);
  const last = first.last ?? 1;
  if (last > 10) {
    throw new FaultError({ kind: "unsupported", message: `GitHub has no look-up by key in this list, and it has ${last} pages.` });
  }
  const others = await Promise.all(Array.from({ length: last - 1 }, (_, n) => page(n + 2)));
  return [first, ...others].flatMap((p) => p.data);
}

/** The open invitation to this address, if there is one. */
export async function openInvitation(context: Context, matches: (row: Invitation) => boolean): Promise<Invitation | null> {
  return (await wholeList(context, "open", invitation)).find(matches) ?? null;
}
