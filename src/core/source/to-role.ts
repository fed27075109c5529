import type { z } from "zod";
import type { Role } from "../model/role.ts";
import type { roleFile } from "../model/role.schema.ts";
import type { Source } from "./parse.ts";
import { optional, originOf, toFormerly, toGrant } from "./to-person.ts";

export function toRole(key: string, file: z.infer<typeof roleFile>, source: Source): Role {
  return {
    key,
    ...optional("description", file.description),
    includes: (file.includes ?? []).map((role, i) => ({ role, origin: originOf(source, ["includes", i]) })),
    ...(file.when === undefined ? {} : { when: { expression: file.when, origin: originOf(source, ["when"], true) } }),
    grants: (file.grants ?? []).map((g, i) => toGrant(g, originOf(source, ["grants", i]))),
    owners: file.owners ?? [],
    formerly: toFormerly(file.formerly),
    origin: originOf(source, []),
  };
}
