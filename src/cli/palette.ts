import pico from "picocolors";
import type { Paint } from "../core/report/diagnostics.ts";
import { plainStyle, type Style } from "../core/report/style.ts";

/** Colours of reports; none where the stream is no terminal or NO_COLOR is set. */
export function styleFor(colour: boolean): Style {
  if (!colour) return plainStyle;
  const c = pico.createColors(true);
  return { strong: c.bold, faint: c.dim, gain: c.green, loss: c.red, change: c.yellow, alarm: (text) => c.bold(c.red(text)) };
}

/** Colours of diagnostics; undefined leaves them plain. */
export function paintFor(colour: boolean): Paint | undefined {
  if (!colour) return undefined;
  const c = pico.createColors(true);
  return { error: (text) => c.bold(c.red(text)), warning: (text) => c.bold(c.yellow(text)), place: c.blue, fix: c.green, strong: c.bold };
}
