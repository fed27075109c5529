/**
 * Secrets pasted into files. The patterns are the published prefixes of tokens of common vendors; every one is linear in the text.
 * GitHub: "About authentication", token formats; Slack: "Token types"; AWS: "Understanding unique ID prefixes"; Okta: API tokens (SSWS).
 * Read 2026-08.
 */
const patterns: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{16,255}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,255}/g,
  /\bglpat-[A-Za-z0-9_-]{16,255}/g,
  /\bxox[abeprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,255}/g,
  /\bxapp-[A-Za-z0-9-]{8,255}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,32}\b/g,
  /\bsk-(?=[A-Za-z0-9_-]{0,40}\d)[A-Za-z0-9_-]{16,255}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,255}/g,
  /\bpul-[a-f0-9]{40}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,64}/g,
  /\bSSWS\s{1,4}00[A-Za-z0-9_-]{10,255}/g,
  /\b00[A-Za-z0-9_-]{40}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,400}\.[A-Za-z0-9_-]{4,8000}\.[A-Za-z0-9_-]{0,2000}/g,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{1,100}:[^\s/@"']{3,200}@/g,
];

const pemBegin = /-----BEGIN [A-Z0-9 ]{0,40}/;
const pemEnd = /-----END /;

/** A stretch of text that is, or holds, a secret. Offsets in UTF-16 units. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

/** Every secret in a text, in order. A PEM block is one span from its first line to its last. */
export function findSecrets(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) spans.push({ start: match.index, end: match.index + match[0].length });
  }
  let from = 0;
  for (;;) {
    const begin = text.indexOf("-----BEGIN", from);
    if (begin === -1 || !pemBegin.test(text.slice(begin, begin + 60))) break;
    const stop = text.indexOf("-----END ", begin);
    const lineEnd = stop === -1 ? -1 : text.indexOf("\n", stop);
    from = stop === -1 || lineEnd === -1 ? text.length : lineEnd;
    spans.push({ start: begin, end: from });
  }
  return spans.sort((a, b) => a.start - b.start || b.end - a.end).filter((s, i, all) => i === 0 || s.start >= all[i - 1]!.end);
}

/** Whether a text holds something shaped like a vendor's token or a private key. */
const holdsSecret = (text: string): boolean => findSecrets(text).length > 0 || pemEnd.test(text);

/** A text without its secrets: each replaced by `[secret]`. */
export function withoutSecrets(text: string): string {
  let result = "";
  let from = 0;
  for (const { start, end } of findSecrets(text)) {
    if (start < from) continue;
    result += `${text.slice(from, start)}[secret]`;
    from = end;
  }
  return result + text.slice(from);
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a single value looks random: long, of mixed characters, of high entropy. Only asked where credentials might be put. */
export function looksRandom(value: string): boolean {
  if (value.length < 24 || value.length > 4096 || uuid.test(value) || !/^[A-Za-z0-9+/_=-]+$/.test(value)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((c) => c.test(value)).length;
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 32;
  return classes >= 2 && entropy(value) >= 3.7;
}

/** Bits for each character, from the text's own frequencies. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

/**
 * A name from a file, fit to be repeated in a message: quoted, at most 80 characters, without control characters, and never one that holds
 * or resembles a secret.
 */
export function quoted(name: string, mark = '"'): string {
  if (holdsSecret(name) || looksRandom(name)) return "[hidden]";
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, "\ufffd").toWellFormed();
  return `${mark}${plain.length > 80 ? `${plain.slice(0, 79).toWellFormed()}…` : plain}${mark}`;
}
