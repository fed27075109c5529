import { FaultError, type Fault } from "../../connector/fault.ts";

/** Keeps credentials out of everything that people, files and logs can see (law 12). */
export interface Redactor {
  /** From now on this value, and every form in which it travels, is replaced. */
  register(secret: string): void;
  text(text: string): string;
  /** A copy of plain data, keys included. */
  value<T>(value: T): T;
  /** An error that says the same without secrets, its causes and stack included; a FaultError stays one. */
  error(error: unknown): Error;
}

const mark = "[secret]";

/** Parts of a secret shorter than this are too likely to be ordinary words. */
const shortest = 4;
const shortestPart = 12;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  const forms = new Set<string>();
  let pattern: RegExp | null = null;

  function text(input: string): string {
    return pattern === null ? input : input.replace(pattern, mark);
  }

  function value<T>(input: T): T {
    return copy(input, new Map()) as T;
  }

  function copy(input: unknown, seen: Map<object, unknown>): unknown {
    if (typeof input === "string") return text(input);
    if (typeof input !== "object" || input === null) return input;
    const before = seen.get(input);
    if (before !== undefined) return before;
    if (input instanceof Error) return error(input);
    if (input instanceof Date) return input;
    if (input instanceof URL) return text(input.href);
    if (input instanceof Headers) return copy(Object.fromEntries(input.entries()), seen);
    if (input instanceof Map)
      return copyInto(new Map<unknown, unknown>(), (m) => input.forEach((v, k) => m.set(copy(k, seen), copy(v, seen))), input, seen);
    if (input instanceof Set) return copyInto(new Set<unknown>(), (s) => input.forEach((v) => s.add(copy(v, seen))), input, seen);
    if (Array.isArray(input)) return copyInto([] as unknown[], (list) => input.forEach((v) => list.push(copy(v, seen))), input, seen);
    return copyInto(
      {},
      (object) => {
        for (const [k, v] of Object.entries(input)) {
          Object.defineProperty(object, text(k), { value: copy(v, seen), enumerable: true, configurable: true, writable: true });
        }
      },
      input,
      seen,
    );
  }

  function error(input: unknown, depth = 0): Error {
    if (!(input instanceof Error)) return new Error(text(String(input)));
    const cause =
      input.cause === undefined || depth > 8
        ? {}
        : { cause: input.cause instanceof Error ? error(input.cause, depth + 1) : value(input.cause) };
    const clean =
      input instanceof FaultError
        ? new FaultError(value<Fault>(input.fault), cause)
        : named(new Error(text(input.message), cause), text(input.name));
    if ("code" in input && typeof input.code === "string") Object.assign(clean, { code: text(input.code) });
    clean.stack = text(input.stack ?? "");
    return clean;
  }

  return {
    register(secret) {
      if (known.has(secret) || secret.length < shortest) return;
      known.add(secret);
      for (const form of formsOf(secret)) forms.add(form);
      // Longest first: a form that contains another is replaced as a whole.
      const longestFirst = [...forms].sort((a, b) => b.length - a.length);
      pattern = new RegExp(longestFirst.map(escaped).join("|"), "g");
    },
    text,
    value,
    error: (input) => error(input),
  };
}

const escaped = (form: string): string => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const named = (error: Error, name: string): Error => Object.assign(error, { name });

function copyInto<T extends object>(target: T, fill: (target: T) => void, source: object, seen: Map<object, unknown>): T {
  seen.set(source, target);
  fill(target);
  return target;
}

/** A secret as it stands, and as it looks in URLs, in JSON, in hexadecimal and inside base64 of anything. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestPart && !line.startsWith("-----"));
  const raw = [secret, secret.trim(), ...(lines.length > 1 || secret.includes("\n") ? lines : [])];
  const forms = raw.flatMap((part) => {
    const percent = encodeURIComponent(part);
    const form = new URLSearchParams([["", part]]).toString().slice(1);
    const json = JSON.stringify(part).slice(1, -1);
    return [
      part,
      percent,
      percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      form,
      json,
      JSON.stringify(json).slice(1, -1),
      ...(part.length >= 8 ? [Buffer.from(part).toString("hex"), Buffer.from(part).toString("hex").toUpperCase()] : []),
      ...base64Forms(part),
    ];
  });
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

/**
 * Base64 of `:secret`, `user:secret`, `secret:x` and so on: whatever stands around it, the characters that depend on the secret alone are one
 * of three texts, one for each position within the groups of three bytes.
 */
function base64Forms(part: string): string[] {
  const bytes = Buffer.from(part);
  const whole = [bytes.toString("base64"), bytes.toString("base64url")];
  if (bytes.length < 8) return [...whole, Buffer.from(`:${part}`).toString("base64")];
  const cores = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]);
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor((encoded.length * 8) / 6);
    return [encoded.toString("base64").slice(start, end), encoded.toString("base64url").slice(start, end)];
  });
  return [...whole, ...cores, ...[...whole, ...cores].map(encodeURIComponent)];
}
