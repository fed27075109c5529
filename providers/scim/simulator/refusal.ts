import type { Reply } from "../../../src/connector/simulation/serve.ts";

/** An answer other than success, thrown from wherever the server notices it. */
export class Refusal extends Error {
  readonly status: number;
  readonly scimType: string | undefined;
  constructor(status: number, message: string, scimType?: string) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }

  /** RFC 7644 3.12: `status` is text. */
  toReply(): Reply {
    const type = this.scimType === undefined ? {} : { scimType: this.scimType };
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
    return { status: this.status, body: { schemas, status: String(this.status), ...type, detail: this.message } };
  }
}
