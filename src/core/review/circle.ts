import type { Actor } from "../forge/forge.ts";
import { compareText } from "../diagnostic.ts";
import type { Case } from "./case.ts";
import type { Hand } from "./makers.ts";
import type { Need } from "./judgement.ts";
import type { Ownership } from "./owners.ts";

/** Who is kept out of approving a change, and who can meet each need of it in spite of that. */
export interface Circle {
  readonly hands: readonly Hand[];
  /** What somebody did for the change, by account or person; null: nothing. */
  madeBy(actor: Actor | null, person: string | null): string | null;
  /** Somebody gains by the change and may approve it all the same, since all who could gain by it. */
  mayGain(person: string): boolean;
  readonly needs: readonly Need[];
  /** There is such a need: one more approval is due. */
  readonly allGain: boolean;
}

/** A need as the files have it, before it is known who made the change. */
export interface Ask {
  readonly ownership: Ownership;
  readonly about: string;
}

/**
 * Who can meet a need; the first row that has somebody.
 *
 * | who | where |
 * |---|---|
 * | its owners who had no hand in the change and gain nothing by it | always |
 * | owners of policies, likewise | each owner, as the forge itself tells, made or asked for the change, or gains by it: he cannot judge himself |
 * | its owners and those of policies who gain, but had no hand in it | the same, owners of policies gain as well, and all who made it are known: then one approval more is due |
 * | nobody | else |
 *
 * What a commit says of its author opens no other row: a forged name must not choose the approvers.
 */
export function drawCircle(of: Case, hands: readonly Hand[], asks: readonly Ask[], allKnown: boolean): Circle {
  const accounts = new Map<number, string>();
  const people = new Map<string, string>();
  const certain = new Set<string>();
  for (const { actor, person, did, certain: sure } of hands) {
    if (actor !== null && !accounts.has(actor.id)) accounts.set(actor.id, did);
    if (person !== null && !people.has(person)) people.set(person, did);
    if (person !== null && sure) certain.add(person);
  }
  const { gainers } = of.weight;
  const free = (person: string): boolean => !people.has(person);
  const able = (person: string): boolean => free(person) && !gainers.has(person);
  const policies = of.owners.policies.people;
  const gaining = new Set<string>();

  const candidates = ({ people: owners, rule }: Ownership): Pick<Need, "what" | "people"> => {
    const first = owners.filter(able);
    if (first.length > 0 || owners.length === 0 || !owners.every((o) => certain.has(o) || gainers.has(o)))
      return { what: rule, people: first };
    const standIns = policies.filter(able);
    if (standIns.length > 0)
      return { what: `${rule} (owner of policies/ instead: ${listed(owners)} made it or gain by it)`, people: standIns };
    const all = allKnown ? [...new Set([...owners, ...policies])].filter(free).sort(compareText) : [];
    for (const person of all) gaining.add(person);
    return { what: rule, people: all };
  };

  const grouped = new Map<string, { what: string; people: readonly string[]; about: string[] }>();
  for (const { ownership, about } of asks) {
    const key = `${ownership.rule}\n${ownership.people.join()}`;
    const known = grouped.get(key);
    if (known) known.about.push(about);
    else grouped.set(key, { ...candidates(ownership), about: [about] });
  }
  return {
    hands,
    madeBy: (actor, person) =>
      (actor === null ? undefined : accounts.get(actor.id)) ?? (person === null ? undefined : people.get(person)) ?? null,
    mayGain: (person) => gaining.has(person),
    needs: [...grouped.values()].map((need) => ({ ...need, about: [...new Set(need.about)].sort(compareText), count: 1, have: [] })),
    allGain: gaining.size > 0,
  };
}

const listed = (people: readonly string[]): string => people.join(", ");
