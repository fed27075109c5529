/** What the parts of a world are made of. */
import { z } from "zod";

/** Ids and numbers. */
export const number = z.int().positive();
/** Times, RFC 3339. */
export const instant = z.iso.datetime({ offset: true });
/** When things happened that nobody dated. */
export const long = "2026-01-05T09:00:00Z";
/** GitHub's times have whole seconds. */
export const stamp = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");
