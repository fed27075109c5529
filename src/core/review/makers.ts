import type { Actor, PullCommit } from "../forge/forge.ts";
import { type Case, isWebFlow } from "./case.ts";

/** Somebody who had a hand in a pull request. */
export interface Hand {
  /** The account; null where only a person is known, by an address. */
  readonly actor: Actor | null;
  readonly person: string | null;
  /** As a clause: "opened it". */
  readonly did: string;
  /** The forge itself says so. What a commit says of its author anybody can have written. */
  readonly certain: boolean;
}

/**
 * Who made a change, so that their own approval is none. Each row widens the circle; what is said of somebody without proof (a commit's author, a
 * trailer) still takes away their approval, and never gives anything.
 *
 * | row | who | by |
 * |---|---|---|
 * | author | whoever opened the pull request | the forge |
 * | commits | authors and committers of its commits | what the commits say |
 * | coAuthors | `Co-authored-by:` in their messages: a number in the forge's own address, a person's address | what the commits say |
 * | requesters | who asked a bot for it: `Rollcall-Request:` (the issue's author), `Rollcall-Requester:` | the forge; what the commits say |
 * | pushers | whoever pushed to its branch, last or before | the forge |
 */
export const handRules = { author, commits, coAuthors, requesters, pushers } satisfies Record<string, (of: Case) => Hand[]>;
export type HandRule = (of: Case) => Hand[];

function author(of: Case): Hand[] {
  return hand(of, of.timeline.pull.author, "opened it", true);
}

function commits(of: Case): Hand[] {
  return of.timeline.commits.flatMap((commit) => [
    ...hand(of, commit.author, "wrote a commit of it", false),
    ...hand(of, commit.committer, "made a commit of it", false),
    ...(commit.emails ? [commit.emails.author, commit.emails.committer] : []).flatMap((address) =>
      byAddress(of, address, "wrote a commit of it"),
    ),
  ]);
}

function coAuthors(of: Case): Hand[] {
  return of.timeline.commits.flatMap(({ message }) =>
    coAuthorAddresses(message).flatMap((address) => byAddress(of, address, "is named as a co-author of it")),
  );
}

function requesters(of: Case): Hand[] {
  const asked = "asked for it";
  return of.timeline.commits.flatMap(({ message }) => {
    const { issues, accounts } = requestsIn(message);
    return [
      ...issues.flatMap((issue) => hand(of, of.timeline.requesters.get(issue) ?? null, asked, true)),
      ...accounts.map(({ id, login }): Hand => ({ ...numbered(of, id, login), did: asked, certain: false })),
    ];
  });
}

function pushers(of: Case): Hand[] {
  return (of.pushes ?? []).flatMap((push) => hand(of, push.actor, "pushed to its branch", true));
}

function hand(of: Case, actor: Actor | null, did: string, certain: boolean): Hand[] {
  return actor === null || isWebFlow(actor) ? [] : [{ actor, person: of.personOf(actor), did, certain }];
}

/** An account of which a commit tells number and login. */
function numbered(of: Case, id: number, login: string): Pick<Hand, "actor" | "person"> {
  return { actor: { id, login, kind: login.endsWith("[bot]") ? "bot" : "user" }, person: of.input.rules.personOf(id) };
}

/** Who an address in a commit stands for: the forge's own addresses by number or login, else people by the address in their file. */
function byAddress(of: Case, address: string, did: string): Hand[] {
  const folded = address.toLowerCase();
  const [, id, login] = /^(?:(\d{1,15})\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(folded) ?? [];
  if (id !== undefined && login !== undefined) return [{ ...numbered(of, Number(id), login), did, certain: false }];
  const { people } = of.input.rules.organization;
  const same = (text: string | undefined): boolean => text !== undefined && text.toLowerCase() === (login ?? folded);
  // An old address of the forge has a login and no number: whoever has it now, reviewers and people of the files, is kept out.
  if (login !== undefined) {
    const reviewers = of.timeline.reviews.flatMap((r) => (r.author !== null && same(r.author.login) ? hand(of, r.author, did, false) : []));
    const app = of.forgeApp;
    const named = [...people.values()].filter((p) => app !== null && same(p.accounts.get(app)?.login));
    return [...reviewers, ...named.map((p): Hand => ({ actor: null, person: p.key, did, certain: false }))];
  }
  return (of.peopleByEmail().get(folded) ?? []).map((key): Hand => ({ actor: null, person: key, did, certain: false }));
}

/** Addresses of `Co-authored-by:` lines, wherever they stand in a message. */
function coAuthorAddresses(message: string): string[] {
  return linesOf(message, "co-authored-by:").flatMap((rest) => {
    const open = rest.lastIndexOf("<");
    const close = rest.indexOf(">", open);
    return open === -1 || close === -1 ? [] : [rest.slice(open + 1, close).trim()];
  });
}

/** What a bot's commit says of who asked for it: issues, and accounts by number and login. */
function requestsIn(message: string): { issues: number[]; accounts: { id: number; login: string }[] } {
  const issues = linesOf(message, "rollcall-request:").flatMap((rest) => {
    const number = /^#(\d{1,15})$/.exec(rest.trim())?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  const accounts = linesOf(message, "rollcall-requester:").flatMap((rest) => {
    const [, id, login = ""] = /^(\d{1,15})(?:\s+(\S{1,100}))?$/.exec(rest.trim()) ?? [];
    return id === undefined ? [] : [{ id: Number(id), login }];
  });
  return { issues, accounts };
}

const linesOf = (message: string, key: string): string[] =>
  message
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimStart())
    .filter((line) => line.slice(0, key.length).toLowerCase() === key)
    .map((line) => line.slice(key.length));

/** Whether the accounts behind a bot's commit are told: then its pull request has a requester. */
export function namesRequester(of: Case, commit: PullCommit): boolean {
  const { issues, accounts } = requestsIn(commit.message);
  return accounts.length > 0 || issues.some((issue) => (of.timeline.requesters.get(issue) ?? null) !== null);
}
