import { FaultError } from "../../connector/fault.ts";
import type { CallRule } from "../../core/model/manifest.ts";

/** The parts of a request that decide whether it reads. */
export interface Sendable {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** UTF-8, or null for no body. */
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** More tokens than any query of a connector; a document beyond it is not looked at. */
const mostTokens = 20_000;

/** Headers by which some servers take another method than the one that was sent. */
const overrides = ["x-http-method-override", "x-http-method", "x-method-override"];

/** What a request does. `reads` is false as well where it cannot be told for certain. */
export interface Effect {
  readonly reads: boolean;
  /** As the end of a sentence. */
  readonly why: string;
  /** What has to be sent in place of the body: exactly what was judged, whatever another parser would make of the original. */
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** The effect of a request by its rule and, for GraphQL, by its document. */
export async function effectOf(rule: CallRule, request: Sendable): Promise<Effect> {
  const override = overrides.find((name) => request.headers.has(name));
  if (override !== undefined) return { reads: false, why: `the header ${override} may turn it into a write` };
  if (rule.effect !== "graphql") return { reads: rule.effect === "read", why: `the connector declares it a ${rule.effect}` };
  if (request.url.search !== "") return { reads: false, why: "a GraphQL request's document must stand in its body alone" };
  if (!/^application\/(?:graphql\+)?json(?:\s*;|\s*$)/i.test(request.headers.get("content-type") ?? "")) {
    return { reads: false, why: "a GraphQL request must be sent as application/json" };
  }
  return documentReads(request.body);
}

/** Throws FaultError `refused` where preview may not send this (law 2). */
export function assertPreview(request: Sendable, effect: Effect): void {
  if (effect.reads) return;
  throw new FaultError({
    kind: "refused",
    message: `${request.method} ${request.url.pathname} is refused: this is a preview, and ${effect.why}`,
  });
}

async function documentReads(body: Uint8Array<ArrayBuffer> | null): Promise<Effect> {
  const no = (why: string): Effect => ({ reads: false, why });
  if (body === null) return no("it has no GraphQL document");
  let asked: unknown;
  try {
    asked = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return no("its body is not JSON");
  }
  if (Array.isArray(asked)) return no("it is a batch of GraphQL requests");
  if (typeof asked !== "object" || asked === null || !("query" in asked) || typeof asked.query !== "string") {
    return no("it has no GraphQL document");
  }
  let verdict = verdicts.get(asked.query);
  if (verdict === undefined) {
    verdict = await judge(asked.query);
    if (verdicts.size < mostVerdicts) verdicts.set(asked.query, verdict);
  }
  return verdict === null
    ? { reads: true, why: "its document has only queries", body: new TextEncoder().encode(JSON.stringify(asked)) }
    : no(verdict);
}

/** By document, as `judge` said: a connector has a handful, and pages of a list differ in their variables only. */
const verdicts = new Map<string, string | null>();
const mostVerdicts = 200;

/** Why a document may do more than read, as the end of a sentence; null where it has only queries. */
async function judge(query: string): Promise<string | null> {
  const { parse, Kind, OperationTypeNode } = await import("graphql");
  try {
    const { definitions } = parse(query, { maxTokens: mostTokens, noLocation: true });
    const others = definitions.find(
      (d) => d.kind !== Kind.FRAGMENT_DEFINITION && !(d.kind === Kind.OPERATION_DEFINITION && d.operation === OperationTypeNode.QUERY),
    );
    if (others)
      return others.kind === Kind.OPERATION_DEFINITION ? `its document has a ${others.operation}` : "its document has more than queries";
    return definitions.some((d) => d.kind === Kind.OPERATION_DEFINITION) ? null : "its document has no query";
  } catch {
    return "its GraphQL document cannot be parsed";
  }
}
