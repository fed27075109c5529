/** A link of ours as Markdown; the text alone where there is no address, or one that is not plainly a web address. */
export const linkTo = (text: string, url: string | null): string =>
  url !== null && url.length <= 200 && /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9/._~?=&%+-]*)?$/.test(url)
    ? `[${text}](${url})`
    : text;
