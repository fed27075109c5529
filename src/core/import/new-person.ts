import { isKey } from "../model/key.ts";
import type { ObservedAccount } from "../model/observed.ts";
import { email as emailShape } from "../model/text.schema.ts";
import { provenAddresses } from "./join.ts";

/** A key from the login or the address, never the whole address (law 6): lower case, the house's characters, not taken. */
export function newKey(account: ObservedAccount, taken: ReadonlySet<string>): string {
  const source = account.login ?? account.emails[0]?.address ?? account.ref.id;
  const plain = keyLike(source.split("@")[0]!);
  const base = isKey(plain) ? plain : keyLike(`account-${account.ref.id}`);
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(key)) return key;
  }
}

/** Without accents; everything else that a key has no room for becomes a dash. Leaves room for a number behind it. */
const keyLike = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, 55)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");

/** The vendor's name of a person on one line, as a file can hold it; else the login, else the key. */
export function newName(account: ObservedAccount, key: string): string {
  const tidy = (text = ""): string =>
    text
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
      .replace(/^(.{200}).*$/u, "$1")
      .trim();
  return tidy(account.name) || tidy(account.login) || key;
}

/** The first address that proves something and that a file can hold. */
export const newEmail = (account: ObservedAccount): string | undefined =>
  provenAddresses(account).find((a) => emailShape.safeParse(a).success);
