/**
 * Keys of people, services, roles and apps are file names without `.yaml`: lower case, digits, dot, dash, underscore.
 * A person's key is immutable and never an e-mail address (law 6).
 */
const keyShape = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/** Names that JavaScript objects inherit; refused as keys everywhere. */
export const poisonous: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export const isKey = (text: string): boolean => keyShape.test(text) && !poisonous.has(text) && !text.includes("..");
