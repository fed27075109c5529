/** How parts of a report are coloured; each function gets a finished piece of one line. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  gain(text: string): string;
  loss(text: string): string;
  change(text: string): string;
  /** Administrative rights, guards, failures. */
  alarm(text: string): string;
}

const same = (text: string): string => text;

/** No colours: for pipes, logs and NO_COLOR. */
export const plainStyle: Style = { strong: same, faint: same, gain: same, loss: same, change: same, alarm: same };
