import type { Answer } from "../../connector/contract.ts";
import { FaultError, faultOfStatus, toFault, type Fault } from "../../connector/fault.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import type { Clock } from "./clock.ts";
import { assertHost } from "./hosts.ts";
import { interrupted, openPacer, type Pacer } from "./pacing.ts";
import { allowanceOf, retryAfterOf } from "./rate-headers.ts";
import { assertPreview, type Effect, effectOf, type Sendable } from "./read-only.ts";
import type { Redactor } from "./redact.ts";
import { toRedirect } from "./redirect.ts";
import { toResponse, toSendable } from "./request.ts";
import { ended, type Failed, nextTry, type Patience, type Tries, usualPatience } from "./retry.ts";
import { matchCall, type Matched } from "./rules.ts";
import { type Received, send } from "./send.ts";
import { noteWrite, ofWork } from "./work.ts";

export interface HttpOptions {
  readonly manifest: Pick<Manifest, "calls" | "buckets" | "hosts" | "auth" | "timeout">;
  /** Key of the app, for messages. */
  readonly app: string;
  /** Where relative URLs are below, without a trailing slash. */
  readonly baseUrl: string;
  /** read: whatever may write is refused before it is sent (law 2). */
  readonly access: "read" | "write";
  readonly secrets: { get(name: string): Promise<string> };
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Hosts the operator allows beside the manifest's; never from the repository. */
  readonly extraHosts: readonly string[];
  /** The transport; the platform's where absent. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of each wait of a second or more. */
  onWait?(wait: { readonly app: string; readonly seconds: number; readonly why: string }): void;
  faultOf?(answer: Answer): Fault | null;
  readonly patience?: Partial<Patience>;
  /** Ends all waiting and sending. */
  readonly signal?: AbortSignal;
  /** Ends all waiting for the vendor: what waits is `interrupted`. What was sent, and what need not wait, comes to its end. */
  readonly stop?: AbortSignal;
}

export interface Http {
  /** As `Io.fetch` promises. Rejects with FaultError, or with the reason of a signal that was aborted while nothing was under way. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Requests sent so far, repetitions included. */
  readonly counts: { readonly read: number; readonly write: number };
}

/** One request with everything that was decided about it. */
interface Outgoing {
  readonly request: Sendable;
  readonly matched: Matched;
  readonly effect: Effect;
  readonly signal: AbortSignal | undefined;
  readonly tries: Tries;
}

const mostRedirects = 3;

/** The one door to a vendor: signs, paces, repeats what may be repeated, refuses what was not declared (DESIGN 5; laws 2 and 12). */
export function openHttp(options: HttpOptions): Http {
  const { manifest, app, access, clock, redactor, secrets } = options;
  const binding = { hosts: manifest.hosts, extraHosts: options.extraHosts, baseUrl: options.baseUrl };
  const transport = options.fetch ?? ((...args: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...args));
  const patience = { ...usualPatience, ...options.patience };
  const counts = { read: 0, write: 0 };
  const tell = (seconds: number, why: string): void => options.onWait?.({ app, seconds, why });
  const pacer: Pacer = openPacer({ buckets: manifest.buckets, clock, stop: options.stop, onWait: tell });

  async function decide(request: Sendable, signal: AbortSignal | undefined, tries: Tries): Promise<Outgoing> {
    assertHost(request.url, binding);
    const matched = matchCall(manifest.calls, options.baseUrl, request.method, request.url);
    const effect = await effectOf(matched.rule, request);
    if (access === "read") assertPreview(request, effect);
    return { request: effect.body && access === "read" ? { ...request, body: effect.body } : request, matched, effect, signal, tries };
  }

  /** Sends until there is an answer for the connector; throws what ends the trying. */
  async function deliver(out: Outgoing): Promise<Received> {
    for (;;) {
      try {
        const answer = await attempt(out);
        if (typeof answer === "object") return answer;
        if (answer > 0) await pause(answer, out.signal);
      } catch (error) {
        // What ended the waiting must not hide that an earlier sending may have been carried out.
        throw out.tries.maybeDone ? ended(toFault(error), out.effect, out.tries) : error;
      }
    }
  }

  /** Sends once: the answer, or the milliseconds until it may be sent again (0 where the pacer keeps that time). */
  async function attempt(out: Outgoing): Promise<Received | number> {
    const { signal, tries, matched, effect } = out;
    const { bucket, cost = 1, idempotent = false } = matched.rule;
    const headers = await signed(out.request.headers);
    const turn = await pacer.turn(bucket, cost, tries.deadline - clock.now().getTime(), tries.throttled > 0, signal);
    let heard: Headers | null = null;
    try {
      signal?.throwIfAborted();
      counts[effect.reads ? "read" : "write"] += 1;
      const sent = await send({ ...out.request, headers }, { fetch: transport, clock, timeout: manifest.timeout * 1000, signal });
      if ("headers" in sent) heard = sent.headers;
      const label = `${out.request.method} ${matched.path}`;
      const failed = "how" in sent ? sent : judge(sent, label, effect.reads);
      if (!effect.reads && failed?.how !== "unsent" && failed?.fault.kind !== "throttled") noteWrite();
      if (failed === null) return sent as Received;
      if (signal?.aborted && (effect.reads || (failed.how === "unsent" && !tries.maybeDone))) throw signal.reason;
      const throttled = failed.fault.kind === "throttled";
      // Before the turn is given back: the next in the queue must not run into the same wall.
      const { retryAfter } = failed.fault;
      const held = throttled ? turn.refused(retryAfter === undefined ? null : retryAfter * 1000) : 0;
      const limits = signal?.aborted ? { ...patience, transient: 0, throttled: 0 } : patience;
      const wait = nextTry(failed, { reads: effect.reads, idempotent, label }, tries, limits, clock.now().getTime(), held);
      return throttled ? 0 : wait;
    } finally {
      turn.done(heard);
    }
  }

  /** The secret is asked for at each sending and lives no longer. */
  async function signed(given: Headers): Promise<Headers> {
    const headers = new Headers(given);
    const { auth } = manifest;
    if (!auth || headers.has(auth.header)) return headers;
    const secret = await secrets.get(auth.secret);
    redactor.register(secret);
    try {
      headers.set(auth.header, auth.scheme === "" ? secret : `${auth.scheme} ${secret}`);
    } catch {
      // The error of the platform repeats the value, in a spelling of its own.
      throw new FaultError({
        kind: "auth",
        message: `The credential ${auth.secret} of ${app} cannot be sent: it holds a line break or another character that no header can`,
      });
    }
    return headers;
  }

  /** What an answer means beside being returned: the connector's word first, then the status. */
  function judge(answer: Received, label: string, reads: boolean): Failed | null {
    const now = clock.now();
    let fault: Fault | null;
    try {
      fault = options.faultOf?.({ status: answer.status, headers: answer.headers, body: answer.body }) ?? null;
    } catch (error) {
      const message = `The connector could not judge the answer to ${label}: ${error instanceof Error ? error.message : String(error)}`;
      throw new FaultError({ kind: reads ? "invalid" : "ambiguous", message, status: answer.status }, { cause: error });
    }
    if (!fault) {
      const own = faultOfStatus(answer.status, `${label} was answered with ${answer.status}`);
      // What another 4xx means is the connector's to say.
      if (own && ["auth", "throttled", "transient", "unsupported"].includes(own.kind)) fault = own;
      // "Not now, come back at": nothing was done.
      if (fault && answer.status === 503 && retryAfterOf(answer.headers, now) !== null) fault = { ...fault, kind: "throttled" };
    }
    if (!fault) return null;
    if (fault.kind !== "throttled" || fault.retryAfter !== undefined) return { how: "answered", fault };
    const allowance = allowanceOf(answer.headers, now);
    const wait = retryAfterOf(answer.headers, now) ?? (allowance?.remaining === 0 ? allowance.resetIn : null);
    return { how: "answered", fault: wait === null ? fault : { ...fault, retryAfter: Math.max(1, Math.ceil(wait / 1000)) } };
  }

  async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const { stop } = options;
    const why = "the vendor does not answer as it should";
    if (stop?.aborted) throw interrupted(milliseconds, why);
    if (milliseconds >= 1000) tell(Math.ceil(milliseconds / 1000), why);
    const signals = [signal, stop].filter((s) => s !== undefined);
    try {
      await clock.sleep(milliseconds, signals.length > 1 ? AbortSignal.any(signals) : signals[0]);
    } catch (error) {
      throw stop?.aborted && !signal?.aborted ? interrupted(milliseconds, why) : error;
    }
  }

  async function fetchOnce(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { request: first, signal: callers } = await toSendable(input, init, options.baseUrl);
    const signals = [callers, options.signal].filter((s) => s !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    signal?.throwIfAborted();
    const tries: Tries = { throttled: 0, transient: 0, deadline: clock.now().getTime() + patience.total, maybeDone: false };
    let request = first;
    for (let redirects = 0; ; redirects++) {
      const answer = await deliver(await decide(request, signal, tries));
      const next = toRedirect(request, answer);
      if (next === null) return toResponse(request, answer);
      if (redirects === mostRedirects)
        throw new FaultError({ kind: "refused", message: `${request.method} ${first.url.pathname} is redirected without end` });
      request = next;
    }
  }

  return {
    counts,
    async fetch(input, init) {
      try {
        return await fetchOnce(input, init);
      } catch (error) {
        throw redactor.error(ofWork(error));
      }
    },
  };
}
