/**
 * What can go wrong at a vendor: a closed union, so that the core decides by kind and never by text.
 *
 * | kind | meaning | what the core does |
 * |---|---|---|
 * | auth | the credential is not accepted | stops this app, exit 4 |
 * | forbidden | the credential may not do this, or nobody may here (`managedElsewhere`) | fails this operation or scope |
 * | notFound | the object is not there | a revocation or stop is done; else fails |
 * | conflict | it exists already, or changed meanwhile | looks up by key, adopts or fails |
 * | invalid | the vendor refuses the values | fails |
 * | unsupported | this tenant or edition cannot do it | human task |
 * | throttled | too fast; `retryAfter` seconds where told | waits and repeats: nothing was done |
 * | transient | broken answer or 5xx; nothing is known to have happened | repeats reads and idempotent writes |
 * | ambiguous | a write was sent and its answer lost | looks up, then decides |
 * | interrupted | rollcall is being stopped and did not wait for its turn; nothing was sent | skips it |
 * | refused | a rule of rollcall's own: undeclared call, foreign host, a write in preview | fails; a defect or an attack |
 */
export const faultKinds = [
  "auth",
  "forbidden",
  "notFound",
  "conflict",
  "invalid",
  "unsupported",
  "throttled",
  "transient",
  "ambiguous",
  "interrupted",
  "refused",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** For people; redacted by the core before it is shown or stored, and free of secrets by the connector's own care. */
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly status?: number;
  /** The vendor's id of the request. */
  readonly request?: string;
  /** The vendor says that something else manages the object, such as an identity provider: the core names the setting that says so. */
  readonly managedElsewhere?: true;
}

/**
 * Whether a refusal (403) says that another system manages the object. Seen: GitHub's "You cannot create or update members for an external group
 * backed team since they are managed by …" (terraform-provider-github #2079, 2024-01). Its "This team is not externally managed" (#1041) says
 * the contrary.
 */
export const saysManagedElsewhere = (text: string): boolean =>
  /\b(?:are|is) (?:managed|provisioned|synced|synchroni[sz]ed|controlled) (?:by|through|via|from)\b|(?<!\bnot )\bexternally (?:managed|provisioned)\b/i.test(
    text,
  );

export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly fault: Fault;
  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options);
    this.fault = fault;
  }
}

/** What a bare HTTP status means, where the vendor says no more. null for success. */
export function faultOfStatus(status: number, message: string): Fault | null {
  if (status < 400) return null;
  const kind: FaultKind =
    status === 401
      ? "auth"
      : status === 403
        ? "forbidden"
        : status === 404 || status === 410
          ? "notFound"
          : status === 409 || status === 412
            ? "conflict"
            : status === 429
              ? "throttled"
              : status === 501
                ? "unsupported"
                : status >= 500 || status === 408
                  ? "transient"
                  : "invalid";
  return { kind, message, status };
}

/** Any thrown value as a fault; what is not ours is a defect of the connector and fails without being repeated. */
export function toFault(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  return { kind: "invalid", message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
