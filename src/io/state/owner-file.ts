import { z } from "zod";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

const path = "owner.json";

const shape = z.discriminatedUnion("owner", [
  /** From the first `ci apply` on: nobody writes this state by hand. */
  z.strictObject({ version: z.literal(1), owner: z.literal("ci"), repository: z.string().min(1).max(200), since: z.iso.datetime() }),
  /** Somebody took it back, until the next `ci apply`. */
  z.strictObject({ version: z.literal(1), owner: z.literal("people"), by: z.string().min(1).max(200), since: z.iso.datetime() }),
]);
/** Who may write the state. */
export type Owner = z.infer<typeof shape>;

/** null where nobody has claimed the state yet. */
export async function readOwner(files: StateFiles): Promise<Owner | null> {
  const text = (await files.read(path))?.toString("utf8");
  if (text === undefined) return null;
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new StateError("refused", `${path} of the state does not say who owns it; it is damaged: put it right from a copy`);
}

export const writeOwner = (files: StateFiles, owner: Owner): Promise<void> => files.write(path, [`${JSON.stringify(owner)}\n`]);
