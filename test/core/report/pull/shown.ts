/** What a reader sees without opening anything. */
export const outside = (text: string): string => text.replace(/<details>[\s\S]*?<\/details>/g, "");

/** Every entity as its character, so that tests can speak of what is shown. */
export const shown = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)))
    .replace(/&(lt|gt|quot|amp);/g, (_, n: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[n]!)
    .replace(/<\/?code>/g, "`");

/** What is not ours in a text of ours, as a list of what is wrong; empty for a text that holds. `marker` stands in front as it is. */
export function flaws(text: string, marker: string): string[] {
  const found: string[] = [];
  const body = text.startsWith(marker) ? text.slice(marker.length) : text;
  const ours = new Set([
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<code>",
    "</code>",
    "<br>",
    "<pre>",
    "</pre>",
    "<sub>",
    "</sub>",
  ]);
  const tags = body.match(/<[^>]*>?/g) ?? [];
  found.push(...tags.filter((t) => !ours.has(t)).map((t) => `tag ${t}`));
  for (const tag of ["details", "summary", "code", "pre", "sub"]) {
    const [opened, closed] = [`<${tag}>`, `</${tag}>`].map((t) => tags.filter((x) => x === t).length);
    if (opened !== closed) found.push(`${tag}: ${opened} opened, ${closed} closed`);
  }
  // Our links are the run's alone; nothing else may link, embed, command or call.
  const plain = body.replace(/\]\(https:\/\/forge\.example\/[a-z/0-9]*\)/g, "]");
  if (/@|::|##\[|\]\(|:\/\/|\\/.test(plain)) found.push(`raw ${/.{0,20}(?:@|::|##\[|\]\(|:\/\/|\\).{0,20}/.exec(plain)?.[0]}`);
  if (/`/.test(plain.replaceAll("`rollcall apply`", ""))) found.push("a backtick");
  if (
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u3164]|\ufe0f|[\ud800-\udbff](?![\udc00-\udfff])/.test(
      body,
    )
  )
    found.push("a raw invisible");
  // What the host looks for once the Markdown is rendered: outside of code.
  const rendered = shown(plain.replace(/<code>.*?<\/code>/g, "").replace(/<pre>[\s\S]*?<\/pre>/g, ""));
  const lured = /@\w|(?<![A-Za-z0-9])GH-\d|https?:\/\/|www\.\w|[\u202a-\u202e\u2066-\u2069]/i.exec(rendered);
  if (lured) found.push(`found by the host: ${lured[0]}`);
  for (const row of body.split("\n").filter((l) => l.startsWith("| ")))
    if (row.match(/\|/g)!.length !== 5) found.push(`cells ${row.slice(0, 60)}`);
  // No entity is cut.
  if (/&(?!(?:#\d+|lt|gt|quot|amp);)/.test(body)) found.push("a cut entity");
  return found;
}
