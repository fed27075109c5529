/** GitHub Apps: their bots, and what their tokens may not do. Numbers of GitHub's own accounts are from memory, 2026-11. */
import { createHash } from "node:crypto";
import { long } from "./field.ts";
import { Refusal } from "./refusal.ts";
import type { User, World } from "./world.ts";
import { userById, userByLogin } from "./world.ts";

export interface App {
  readonly slug: string;
  readonly id: number;
  /** Id of the user `SLUG[bot]`. */
  readonly bot: number;
  readonly permissions: readonly string[];
}

/** What a workflow's token can be given; it never administers, and reads no names of secrets (GitHub docs "Permissions for the GITHUB_TOKEN", 2026-11). */
const workflow = ["actions", "checks", "contents", "issues", "pull_requests", "statuses"];

const own: readonly App[] = [
  { slug: "github-actions", id: 15_368, bot: 41_898_282, permissions: workflow },
  { slug: "github-merge-queue", id: 239_441, bot: 118_344_674, permissions: workflow },
  { slug: "dependabot", id: 29_110, bot: 49_699_333, permissions: workflow },
];

/** An app by its slug, which need not be known: its numbers follow from the slug then. */
export function appOf(w: World, slug: string): App {
  const found = own.find((a) => a.slug === slug) ?? w.apps.find((a) => a.slug === slug);
  if (found) return found;
  const number = createHash("sha256").update(slug).digest().readUInt32BE(0) % 100_000_000;
  return { slug, id: 1_000_000 + (number % 1_000_000), bot: 200_000_000 + number, permissions: workflow };
}

/** The user that an app acts as; it exists from its first use on. */
export function botOf(w: World, slug: string): User {
  const name = `${slug}[bot]`;
  const known = userByLogin(w, name);
  if (known) return known;
  const made: User = { ...blank, id: appOf(w, slug).bot, login: name, app: slug };
  w.users.push(made);
  return made;
}

/** 403 where an app's token lacks a permission. Users' tokens are judged by what the users may do. */
export function requireOfApp(w: World, viewer: User, permission: string): void {
  if (viewer.app !== undefined && !appOf(w, viewer.app).permissions.includes(permission)) throw inaccessible();
}

export const inaccessible = (): Refusal => new Refusal(403, "Resource not accessible by integration");

const blank = { name: null, email: null, verifiedEmails: [], createdAt: long } as const satisfies Partial<User> as Omit<
  User,
  "id" | "login"
>;

/** Stands in for accounts that do not exist any more. */
const ghost: User = { ...blank, id: 10_137, login: "ghost", name: "Deleted user" };
/** The committer of what is merged in the browser. */
const webFlow: User = { ...blank, id: 19_864_447, login: "web-flow", name: "GitHub Web Flow" };

export const authorOf = (w: World, id: number): User => userById(w, id) ?? ghost;

/** The account behind an address in a commit: proved by the user, or made by GitHub for one. Anybody can write any address into a commit. */
export function userOfAddress(w: World, address: string): User | null {
  if (address === "noreply@github.com") return webFlow;
  const made = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/i.exec(address);
  if (made) return (made[1] === undefined ? userByLogin(w, made[2]!) : userById(w, Number(made[1]))) ?? null;
  const wanted = address.toLowerCase();
  return w.users.find((u) => u.verifiedEmails.some((e) => e.toLowerCase() === wanted)) ?? null;
}

/** What GitHub writes into a commit made for a user: a proved address, else the one it made. */
export const personOf = (u: User, at: Date): { name: string; email: string; at: Date } => ({
  name: u.name ?? u.login,
  email: u.verifiedEmails[0] ?? `${u.id}+${u.login}@users.noreply.github.com`,
  at,
});

export const webFlowPerson = (at: Date): { name: string; email: string; at: Date } => ({ name: "GitHub", email: "noreply@github.com", at });
