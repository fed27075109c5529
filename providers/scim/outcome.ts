import { type Fault, FaultError, type Outcome, type Ref } from "../../src/connector/index.ts";
import type { Answered } from "./api.ts";

interface Facts {
  readonly ref?: Ref;
  readonly login?: string;
  readonly note?: string;
}

export const done = (answer: Pick<Answered<unknown>, "request">, facts: Facts = {}): Outcome => ({
  status: "done",
  ...facts,
  ...(answer.request === undefined ? {} : { request: answer.request }),
});

export const already = (facts: Facts = {}): Outcome => ({ status: "already", ...facts });

export const failed = (kind: Fault["kind"], message: string): Outcome => ({ status: "failed", fault: { kind, message } });

export const refuse = (kind: Fault["kind"], message: string): FaultError => new FaultError({ kind, message });
