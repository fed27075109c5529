import { instantOf } from "../../compile/day.ts";
import { type DoctorFacts, isSeen } from "../facts.ts";
import { type Finding, finding, ok } from "../finding.ts";

/**
 * Whether runs happen. GitHub starts scheduled runs late, leaves them out under load, and switches the schedule of a public repository off after 60
 * days without a commit (GitHub docs "Events that trigger workflows", 2026-11).
 *
 * | code | said |
 * |---|---|
 * | HEARTBEAT | last scheduled run older than allowed: fail; none since the first record, and that is older: fail; no run yet: note |
 * | RECORDS | the chain of records has problems: fail |
 *
 * A record from the future says nothing about today.
 */
export function heartbeat({ state, now, heartbeat: hours }: DoctorFacts): Finding[] {
  if (!isSeen(state)) return [finding("HEARTBEAT", "unknown", { summary: `when a run was last: ${state.why}` })];
  const { records, problems } = state;
  const ageOf = (at: string): number => (now.getTime() - instantOf(at)) / 3_600_000;
  const past = records.filter((r) => ageOf(r.at) >= 0);
  const last = past.findLast((r) => r.run.trigger === "schedule");
  const [first] = past;
  return [beat(), ...(problems === 0 ? [] : [broken(problems)])];

  function beat(): Finding {
    const code = "HEARTBEAT";
    const late = (summary: string): Finding =>
      finding(code, "fail", {
        summary,
        detail: "Ends of access and last days are not carried out, and nobody is told of changes made by hand",
        fix: "look at the runs of rollcall-scheduled under Actions: switched off, failing, or the environment waits for somebody",
      });
    if (last) {
      const age = ageOf(last.at);
      return age > hours
        ? late(`the last scheduled run was ${hoursOf(age)} ago, on ${last.at}`)
        : ok(code, `the last scheduled run was ${hoursOf(age)} ago`);
    }
    if (!first) return finding(code, "note", { summary: "no run has left a record yet" });
    return ageOf(first.at) > hours
      ? late(`no scheduled run has left a record, and there are others since ${first.at}`)
      : finding(code, "note", { summary: "no scheduled run has left a record yet" });
  }
}

const broken = (problems: number): Finding =>
  finding("RECORDS", "fail", {
    summary: `the records are not as they were written (problems: ${problems})`,
    fix: "rollcall audit verify names them",
  });

const hoursOf = (hours: number): string =>
  hours < 1
    ? "less than an hour"
    : hours < 48
      ? `${Math.floor(hours)} ${Math.floor(hours) === 1 ? "hour" : "hours"}`
      : `${Math.floor(hours / 24)} days`;
