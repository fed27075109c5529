import { type Diagnostic, tidyDiagnostics } from "../diagnostic.ts";
import { alikeEntitlements } from "./alike-entitlements.ts";
import { appConnectors } from "./app-connectors.ts";
import { appOrder } from "./app-order.ts";
import { approvalPolicy } from "./approval-policy.ts";
import { conditions } from "./conditions.ts";
import type { Check, CheckContext } from "./context.ts";
import { dates } from "./dates.ts";
import { emailDomains } from "./email-domains.ts";
import { expiredGrants } from "./expired-grants.ts";
import { formerKeys } from "./former-keys.ts";
import { grantAddresses } from "./grant-addresses.ts";
import { grantLimits } from "./grant-limits.ts";
import { peopleReferences } from "./people-references.ts";
import { policies } from "./policies.ts";
import { provisioning } from "./provisioning.ts";
import { registers } from "./registers.ts";
import { roleCycles } from "./role-cycles.ts";
import { roleReferences } from "./role-references.ts";
import { serviceOwners } from "./service-owners.ts";
import { uniqueAccounts } from "./unique-accounts.ts";
import { uniqueEmails } from "./unique-emails.ts";
import { uniqueKeys } from "./unique-keys.ts";

/**
 * The invariants of an organisation, one file each. What time alone can break is a warning: on the day a date passes, the files must still
 * load, or nobody could be offboarded.
 */
const checks: readonly Check[] = [
  uniqueKeys,
  uniqueEmails,
  uniqueAccounts,
  formerKeys,
  roleReferences,
  roleCycles,
  peopleReferences,
  grantAddresses,
  alikeEntitlements,
  grantLimits,
  expiredGrants,
  conditions,
  dates,
  emailDomains,
  serviceOwners,
  appConnectors,
  appOrder,
  provisioning,
  policies,
  approvalPolicy,
  registers,
];

/** Every breach of every invariant, in order of place. */
export const check = (context: CheckContext): Diagnostic[] => tidyDiagnostics(checks.flatMap((c) => c(context)));
