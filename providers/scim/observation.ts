import type { Profile } from "./profile.ts";

/** One thing a server said or showed, and what it means for a profile. */
export interface Observation {
  /** A clause for people. */
  readonly says: string;
  fits(profile: Profile): boolean;
  /** What would make a profile fit that does not; nothing where no setting can. */
  mend(profile: Profile): Partial<Profile>;
  /** false: it would work as it is, or may mean something else. */
  readonly certain: boolean;
}

/** A field has one value that fits. */
export const field = <K extends keyof Profile>(name: K, value: Profile[K], says: string, certain = true): Observation => ({
  says,
  fits: (profile) => profile[name] === value,
  mend: () => ({ [name]: value }),
  certain,
});

export const rowsOf = <T>(list: { readonly Resources?: readonly T[] | undefined }): readonly T[] => list.Resources ?? [];
