import type { Reply } from "../../../src/connector/simulation/serve.ts";

/** An answer other than success, thrown from wherever the vendor notices it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toReply(): Reply {
    return { status: this.status, body: { error: { code: this.code, message: this.message } } };
  }
}
