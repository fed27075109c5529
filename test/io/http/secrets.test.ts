import { expect, test } from "vitest";
import { FaultError } from "../../../src/connector/fault.ts";
import { createRedactor } from "../../../src/io/http/redact.ts";
import { json, manifest, room, token, vendor } from "./stage.ts";

const forms = [
  token,
  `Bearer ${token}`,
  encodeURIComponent(token),
  encodeURIComponent(token).replace(/%../g, (code) => code.toLowerCase()),
  new URLSearchParams({ token }).toString(),
  JSON.stringify({ token }),
  JSON.stringify(JSON.stringify({ token: `${token}"\n` })),
  btoa(token),
  btoa(`:${token}`),
  btoa(`x:${token}`),
  btoa(`ada@acme.example:${token}`),
  btoa(`${token}:x`),
  btoa(`abcde:${token}:fgh`).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
  encodeURIComponent(btoa(`me:${token}`)),
  Buffer.from(token).toString("hex"),
];
/** What must never be seen: the secret, and in what is encoded the characters that depend on it alone. */
const leaks = (text: string): boolean => {
  const inBase64 = [0, 1, 2].some((shift) => {
    const core = btoa(`${"x".repeat(shift)}${token}`)
      .replaceAll("=", "")
      .slice(shift === 0 ? 0 : shift + 1, -2);
    return text.includes(core) || text.includes(core.replaceAll("+", "-").replaceAll("/", "_"));
  });
  return text.includes(token) || text.includes(encodeURIComponent(token)) || text.includes(Buffer.from(token).toString("hex")) || inBase64;
};

test.each(forms)("a secret in the form %s is replaced", (form) => {
  const redactor = createRedactor();
  redactor.register(token);
  const text = `before ${form} after`;
  expect(leaks(redactor.text(text))).toBe(false);
  expect(redactor.text(text)).toMatch(/^before .*\[secret\].* after$/s);
});

test("text without a secret is left as it is, and nothing is known of what was never registered", () => {
  const redactor = createRedactor();
  expect(redactor.text(token)).toBe(token);
  redactor.register(token);
  redactor.register("");
  redactor.register("abc");
  expect(redactor.text("the abc of nothing")).toBe("the abc of nothing");
});

test("a key of several lines is found line by line, and what is not secret about it stays", () => {
  const redactor = createRedactor();
  redactor.register("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAASCBKcwggSjAgEAAoIBAQC\n-----END PRIVATE KEY-----\n");
  expect(redactor.text("line MIIEvQIBADANBgkqhkiG9w0 and -----BEGIN PRIVATE KEY-----")).toBe(
    "line [secret] and -----BEGIN PRIVATE KEY-----",
  );
});

test("errors, their causes and stacks, and data of any shape come out clean; a fault stays a fault", () => {
  const redactor = createRedactor();
  redactor.register(token);
  const cause = Object.assign(new TypeError(`bad header ${token}`), { code: "ERR" });
  const error = redactor.error(new FaultError({ kind: "auth", message: `no ${token}`, status: 401 }, { cause })) as FaultError;
  expect(error.fault).toEqual({ kind: "auth", message: "no [secret]", status: 401 });
  expect(error).toBeInstanceOf(FaultError);
  const all = [error.message, error.stack, String(error.cause), (error.cause as Error).stack, JSON.stringify(error)].join("\n");
  expect(leaks(all)).toBe(false);
  const loop: Record<string, unknown> = {
    [token]: [new Map([[token, new Set([token])]]), new URL(`https://a.example/?t=${token}`)],
    n: 1,
    no: null,
  };
  loop["self"] = loop;
  const clean = redactor.value(loop);
  expect(clean["self"]).toBe(clean);
  expect(clean["[secret]"]).toEqual([new Map([["[secret]", new Set(["[secret]"])]]), expect.stringContaining("[secret]")]);
  expect(redactor.error(token).message).toBe("[secret]");
});

test("the secret is asked for at each sending and goes into the header that the manifest names", async () => {
  const { url, seen } = await vendor((_, response, __, i) => json(response, i === 0 ? 500 : 200, {}));
  let n = 0;
  const auth = { secret: "key", header: "x-api-key", scheme: "" } as const;
  const asked: string[] = [];
  const secrets = { get: (name: string) => (asked.push(name), Promise.resolve(`${token}-${++n}`)) };
  await room(url, { manifest: { ...manifest, auth }, secrets }).fetch("/things");
  expect(asked).toEqual(["key", "key"]);
  expect(seen.map((s) => s.headers["x-api-key"])).toEqual([`${token}-1`, `${token}-2`]);
});

test("a connector that signs by itself is not signed over, and cannot send for another host", async () => {
  const { url, host, seen } = await vendor((_, response) => json(response, 200, {}));
  await room(url).fetch("/things", {
    headers: { authorization: "Basic abc", host: "elsewhere.example", "x-forwarded-host": "elsewhere.example" },
  });
  expect(seen[0]!.headers).toMatchObject({ authorization: "Basic abc", host });
  expect(seen[0]!.headers["x-forwarded-host"]).toBeUndefined();
});

test("a secret that cannot be had is a fault before anything is sent", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const secrets = { get: () => Promise.reject(new FaultError({ kind: "auth", message: "TOKEN is not set" })) };
  await expect(room(url, { secrets }).fetch("/things")).rejects.toThrow("TOKEN is not set");
  expect(seen).toEqual([]);
});

test("no error carries the credential, whatever the vendor, the network or the connector put into it", async () => {
  const echo = { message: `You sent Bearer ${token}`, basic: btoa(`x:${token}`) };
  const handlers = [401, 403, 429, 500, 301];
  const texts: string[] = [];
  for (const status of handlers) {
    const { url } = await vendor((_, response) =>
      json(response, status, echo, { location: `https://elsewhere.example/?token=${token}`, "retry-after": "9999" }),
    );
    const http = room(url, { faultOf: ({ body }) => ({ kind: status === 500 ? "transient" : "invalid", message: JSON.stringify(body) }) });
    // A connector gets the secret from Io alone, which registers it: the first call stands for that.
    const attempts: (() => Promise<Response>)[] = [
      () => http.fetch("/things"),
      () => http.fetch(`/things/${encodeURIComponent(token)}`),
      () => http.fetch("/things", { method: "POST" }),
      () => http.fetch(`/no/${token}`),
    ];
    for (const attempt of attempts) texts.push(await everything(attempt()));
    texts.push(JSON.stringify(http.waits));
  }
  const failing: typeof fetch = (_, init) =>
    Promise.reject(new TypeError(`invalid header ${new Headers(init?.headers).get("authorization")}`));
  texts.push(await everything(room("http://127.0.0.1:9", { fetch: failing }).fetch("/things", { method: "POST" })));
  expect(texts.join("\n")).toContain("[secret]");
  expect(texts.filter(leaks)).toEqual([]);
});

/** All that a caller could print of a failed attempt. */
async function everything(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "";
  } catch (error) {
    const parts: string[] = [];
    for (let e: unknown = error; e instanceof Error; e = e.cause) parts.push(e.message, e.stack ?? "", JSON.stringify(e), String(e));
    return parts.join("\n");
  }
}

test("a credential that no header can hold is a fault that does not repeat it, whoever wrote the header", async () => {
  const { url, seen } = await vendor((_, response) => json(response, 200, {}));
  const broken = `${token}\nrest-of-the-secret`;
  const signing = await room(url, { secrets: { get: () => Promise.resolve(broken) } })
    .fetch("/things")
    .catch((error: unknown) => error);
  const own = await room(url)
    .fetch("/things", { headers: { authorization: `Basic ${broken}` } })
    .catch((error: unknown) => error);
  for (const error of [signing, own]) {
    expect(error).toBeInstanceOf(FaultError);
    expect((error as FaultError).message).toContain("holds a line break");
    expect(`${String((error as Error).stack)} ${String((error as Error).cause)}`).not.toMatch(/tok-9fQ|rest-of-the-secret/);
  }
  expect((signing as FaultError).fault.kind).toBe("auth");
  expect(seen).toEqual([]);
});
