/** `48 min`, `23 h`, `2 d`: a span of minutes, rounded up, for people. */
export function spanText(minutes: number): string {
  const whole = Math.ceil(minutes);
  if (whole <= 120) return `${whole} min`;
  return whole <= 2880 ? `${Math.ceil(whole / 60)} h` : `${Math.ceil(whole / 1440)} d`;
}
