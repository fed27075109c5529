import type { Answered } from "./api.ts";
import type { Context } from "./context.ts";
import { edited } from "./edit.ts";
import type { NativeUser } from "./native.ts";
import { type Change, merged, patchBody, toOperations } from "./patch.ts";

/**
 * Changes one user in the server's way, one call at a time for each. `changeOf` makes the change from the user as it is; null where nothing is
 * to be changed, and then nothing is sent.
 */
export const changeUser = (
  context: Context,
  id: string,
  changeOf: (user: NativeUser) => Change | null,
): Promise<Answered<NativeUser | undefined> | null> =>
  context.turns(`user ${id}`, () =>
    edited(
      context,
      () => context.api.user(id),
      (user, ifMatch) => {
        const change = changeOf(user);
        if (change === null || Object.keys(change).length === 0) return null;
        return context.profile.userEdit === "put"
          ? context.api.putUser(id, merged(user, change), ifMatch)
          : context.api.patchUser(id, patchBody(toOperations(change, context.profile)), ifMatch);
      },
    ),
  );
