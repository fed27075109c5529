import type { Organization, User, World } from "../world.ts";

/** A question on its way: who asks, and of which worlds. */
export interface Ask {
  readonly viewer: User;
  readonly live: World;
  /** The world as lists show it; asked for once per question, however many lists it holds. */
  listed(): World;
  /** An organisation as GraphQL sees it. Users lead to organisations and back: this is the way back. */
  organization(o: Organization): Record<string, unknown>;
}
