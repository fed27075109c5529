import type { Manifest } from "../model/manifest.ts";
import type { Day } from "../model/person.ts";
import type { Request } from "../request/read-request.ts";
import type { Company, Edited } from "./edit.ts";
import { grantUntil } from "./grant-until.ts";
import { offboard } from "./offboard.ts";
import { onboard } from "./onboard.ts";

/** The change to the files that a request asks for. `todayOf`: today where a principal is, by key; for whoever is in no file yet, the organisation's. */
export function editFor(
  request: Request,
  company: Company,
  todayOf: (key: string | null) => Day,
  manifests: ReadonlyMap<string, Manifest>,
): Edited {
  switch (request.verb) {
    case "onboard":
      return onboard(company, request.fields, todayOf(null));
    case "offboard":
      return offboard(company, request.fields, todayOf(request.fields.person));
    case "grant":
      return grantUntil(company, request.fields, todayOf(request.fields.person), manifests);
  }
}
