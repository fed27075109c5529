import type { EngineEvent } from "../core/engine.ts";
import type { Context } from "./command.ts";

/** Says what is going on and what is waited for: rewriting one line on a terminal, plain lines elsewhere. */
export interface Progress {
  event(event: EngineEvent): void;
  /** Clears the line before something else is printed. */
  done(): void;
}

/** For whom nobody watches. */
export const silent: Progress = { event: () => undefined, done: () => undefined };

export function progressFor(context: Context): Progress {
  if (context.json) return silent;
  return context.interactive ? lively(context) : plain(context);
}

/** One line that names every app still at work. */
function lively(context: Context): Progress {
  const apps = new Map<string, string>();
  const draw = (): void => {
    const text = [...apps].map(([app, what]) => `${app}: ${what}`).join("  ");
    context.err(`\r\u001b[2K${text.length > context.width ? `${text.slice(0, context.width - 1)}…` : text}`);
  };
  return {
    event: (event) => {
      if (event.kind === "read" || (event.kind === "operation" && event.done === event.of)) apps.delete(event.app);
      else apps.set(event.app, wording(event));
      draw();
    },
    done: () => {
      apps.clear();
      context.err("\r\u001b[2K");
    },
  };
}

/** For logs: one line when an app has been read, whenever something is waited for, and every hundredth operation. */
function plain(context: Context): Progress {
  return {
    event: (event) => {
      if (event.kind === "reading") return;
      if (event.kind === "operation" && event.done % 100 !== 0 && event.done !== event.of) return;
      context.err(`${event.app}: ${wording(event)}\n`);
    },
    done: () => undefined,
  };
}

function wording(event: EngineEvent): string {
  switch (event.kind) {
    case "reading":
      return `reading ${event.scope}, ${event.accounts} accounts, ${event.calls} calls`;
    case "read":
      return event.failure === undefined
        ? `read ${event.accounts} accounts and ${event.edges} grants in ${event.calls} calls`
        : `could not be read: ${event.failure}`;
    case "waiting":
      return `waiting ${Math.ceil(event.seconds)} s: ${event.why}`;
    case "operation":
      return `${event.done} of ${event.of} ${event.of === 1 ? "operation" : "operations"}`;
  }
}
