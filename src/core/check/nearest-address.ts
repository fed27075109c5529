import { formatAddress, parseAddress } from "../model/address.ts";
import { didYouMean } from "../source/did-you-mean.ts";
import { mayBeSlip } from "../source/slip.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import type { CheckContext } from "./context.ts";
import { addressesOf, isFixed, type KnownApp, knownEntitlements, type KnownEntitlement } from "./known-entitlements.ts";

/** Every address that the files know, to find the one that was meant. */
export interface AddressBook {
  /**
   * The whole address that a wrong one most likely stands for: a known one that is near; else the address itself with its app or its level
   * corrected, where that makes it valid. A slip may be anywhere, in the slash and the colon too.
   */
  meant(wrong: string): string | undefined;
  /** Of a valid address the one that it may be a slip of the hand for, and how much each of the two is used. */
  alike(address: string): { readonly address: string; readonly entitlement: string; readonly uses: number } | undefined;
}

const made = new WeakMap<CheckContext, { readonly known: ReadonlyMap<string, KnownApp>; readonly book: AddressBook }>();

/** The names and the address book of a load, made when the first check asks for them. */
export function addressesIn(context: CheckContext): { readonly known: ReadonlyMap<string, KnownApp>; readonly book: AddressBook } {
  let found = made.get(context);
  if (!found) {
    const known = knownEntitlements(context.draft, context.manifests);
    made.set(context, (found = { known, book: addressBook(known) }));
  }
  return found;
}

function addressBook(known: ReadonlyMap<string, KnownApp>): AddressBook {
  let addresses: Map<string, KnownEntitlement & { readonly app: string }> | null = null;
  /** Made for the first question: most files have nothing to ask. */
  const byAddress = (): Map<string, KnownEntitlement & { readonly app: string }> => {
    if (addresses) return addresses;
    addresses = new Map();
    for (const [app, { entitlements }] of known)
      for (const entitlement of entitlements.values())
        for (const address of addressesOf(app, entitlement)) addresses.set(address, { ...entitlement, app });
    return addresses;
  };
  const usesOf = (address: string): number => byAddress().get(address)?.uses ?? 0;
  return {
    meant: (wrong) => didYouMean(wrong, byAddress(), { uses: usesOf }) ?? repaired(wrong, known),
    alike(address) {
      const own = parseAddress(address);
      const near = didYouMean(address, byAddress(), {
        uses: usesOf,
        // Another level of the same thing, or another app's, is another wish.
        accept: (other) => {
          if (!mayBeSlip(address, other)) return false;
          const entry = byAddress().get(other)!;
          return entry.app === own?.app && entry.name !== own.entitlement;
        },
      });
      if (near === undefined) return undefined;
      const { app, name, kind, uses } = byAddress().get(near)!;
      return { address: near, entitlement: `${app}/${name}`, uses: isFixed(kind) ? Infinity : uses };
    },
  };
}

/** A new name in an app that was mistyped, or with a level that was. */
function repaired(wrong: string, known: ReadonlyMap<string, KnownApp>): string | undefined {
  const address = parseAddress(wrong);
  if (!address) return undefined;
  const app = known.has(address.app) ? address.app : didYouMean(address.app, known);
  if (app === undefined) return undefined;
  const { manifest, closed } = known.get(app)!;
  const kind = kindOf(manifest, address.entitlement);
  if (closed || !kind || kind.readOnly !== undefined) return undefined;
  const { level } = address;
  const right = level === undefined || kind.levels.includes(level) ? level : didYouMean(level, kind.levels);
  if (level !== undefined && right === undefined) return undefined;
  const text = formatAddress({ app, entitlement: address.entitlement, ...(right === undefined ? {} : { level: right }) });
  return text === wrong ? undefined : text;
}
