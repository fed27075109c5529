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
export function candidates(observations: readonly Observation[], settings: Settings, vendor: ProfileName | null): readonly Candidate[] {
  const standard = profileOf("standard");
  const inForce = settings.profile ?? "standard";
  const own = ownOf(settings);
  const ranked = profileNames.map((name) => {
    const profile = profileOf(name, own);
    const wrong = observations.filter((o) => !o.fits(profile));
    const beyond = unseen.filter((f) => !same(profile[f], standard[f]) && own[f] === undefined);
    const differences = wrong.map((o) => difference(o, profile));
    const certain = differences.filter((d) => d.certain).length;
    const trusted = name === vendor || (settings.profile !== undefined && name === inForce);
    const candidate: Candidate = {
      name,
      inForce: name === inForce,
      differences,
      settings: settled(name, settings, mended(wrong, profile)),
      assumes: beyond.map((f) => `${f}: ${textOf(profile[f])}`),
      unavailable: unavailable(profile),
    };
    // Elsewhere than at the vendor's own address it is more likely another server that behaves alike.
    const stranger = isHosted(name) && !trusted;
    return {
      candidate,
      first: name === vendor,
      cost: (stranger ? 10 : 0) + 3 * certain + (differences.length - certain) + (trusted ? 0 : 3 * beyond.length),
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

function difference(observation: Observation, profile: Profile): Difference {
  const mend = Object.entries(observation.mend(profile)).map(([name, value]) => [`server.${name}`, value] as const);
  return { says: observation.says, mend: Object.fromEntries(mend), certain: observation.certain };
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
const textOf = (value: Profile[keyof Profile]): string => (Array.isArray(value) ? value.join(", ") : String(value));
