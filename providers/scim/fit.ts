/** Which profile fits what a server showed, and the settings that would mend what does not. Pure. */
import { compareText, type Candidate, type Difference } from "../../src/connector/index.ts";
import { isHosted } from "./known-address.ts";
import type { Observation } from "./observation.ts";
import type { Profile } from "./profile.ts";
import { type ProfileName, profileNames, profileOf } from "./profiles.ts";
import { ownOf, type Settings } from "./settings.ts";
import { unavailable } from "./unavailable.ts";

/** Fields that reading does not show: what a profile says of them is the vendor's documentation, or nobody's. */
const unseen = [
  "addresses",
  "opCase",
  "memberRemove",
  "disable",
  "disableRemoves",
  "deletes",
  "readOnly",
  "contentType",
] as const satisfies readonly (keyof Profile)[];

/**
 * Every profile against the observations, best first. `vendor`: whose server it is by its address. What a profile takes for granted beyond the
 * standard counts against it where neither the address nor the app's file speaks for it: a wrong dialect can empty a group, and addresses that
 * are believed too easily join an account to the wrong person.
 */
export function candidates(observations: readonly Observation[], given: Settings, vendor: ProfileName | null): readonly Candidate[] {
  const standard = profileOf("standard");
  const inForce = given.profile ?? "standard";
  const own = ownOf(given);
  const ranked = profileNames.map((name) => {
    const profile = profileOf(name, own);
    const wrong = observations.filter((o) => !o.fits(profile));
    const beyond = unseen.filter((f) => !same(profile[f], standard[f]) && own[f] === undefined);
    const wanted = mended(wrong, profile);
    const differences = wrong.map((o) => difference(o, profile, wanted));
    const certain = differences.filter((d) => d.certain).length;
    const trusted = name === vendor || (given.profile !== undefined && name === inForce);
    const candidate: Candidate = {
      name,
      inForce: name === inForce,
      differences,
      settings: settled(name, given, wanted),
      assumes: beyond.map((f) => `${f}: ${textOf(profile[f])}`),
      unavailable: unavailable(profile),
    };
    // Elsewhere than at its own address, or where something speaks against it, it is more likely another server that behaves alike.
    const stranger = !trusted && (isHosted(name) || (name !== "standard" && certain > 0));
    return {
      candidate,
      first: name === vendor,
      cost: (stranger ? 100 : 0) + 3 * certain + (differences.length - certain) + (trusted ? 0 : 3 * beyond.length),
    };
  });
  return ranked
    .sort(
      (a, b) =>
        Number(b.first) - Number(a.first) ||
        a.cost - b.cost ||
        Number(b.candidate.inForce) - Number(a.candidate.inForce) ||
        profileNames.indexOf(a.candidate.name as ProfileName) - profileNames.indexOf(b.candidate.name as ProfileName),
    )
    .map(({ candidate }) => candidate);
}

/** A field that several differences are about is mended by all of them together. */
function difference(observation: Observation, profile: Profile, wanted: Profile): Difference {
  const { certain, says } = observation;
  const mend = Object.entries(observation.mend(profile)).map(([name, value]) => [
    `server.${name}`,
    certain ? wanted[name as keyof Profile] : value,
  ]);
  return { says, mend: Object.fromEntries(mend) as Difference["mend"], certain };
}

/** The profile after every certain difference; each mends what the ones before have made of it. */
function mended(wrong: readonly Observation[], profile: Profile): Profile {
  let result = profile;
  for (const o of wrong) if (o.certain && !o.fits(result)) result = { ...result, ...o.mend(result) };
  return result;
}

/** Settings that say this profile: its name, and every field in which it differs from what the name stands for. */
function settled(name: ProfileName, settings: Settings, wanted: Profile): Candidate["settings"] {
  const base = profileOf(name);
  const server = Object.entries(wanted)
    .filter(([f, value]) => !same(value, base[f as keyof Profile]))
    .sort(([a], [b]) => compareText(a, b));
  return {
    profile: name,
    ...(settings.tenant === undefined ? {} : { tenant: settings.tenant }),
    ...(server.length === 0 ? {} : { server: Object.fromEntries(server) }),
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const textOf = (value: Profile[(typeof unseen)[number]]): string => (Array.isArray(value) ? value.join(", ") : String(value));
