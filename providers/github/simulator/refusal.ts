/** GitHub saying no: the status and the body it says it with. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.body = {
      message,
      documentation_url: "https://docs.github.com/rest",
      ...(errors === undefined ? { status: String(status) } : { errors }),
    };
  }
}

export const notFound = (): Refusal => new Refusal(404, "Not Found");
export const invalid = (resource: string, field: string, message: string): Refusal =>
  new Refusal(422, "Validation Failed", [{ resource, code: "unprocessable", field, message }]);
