/** The book of planted misbehaviours of one simulation server. */
import type { PlantedFault } from "../simulator.ts";

/** What a planted fault is matched against. */
interface Strikable {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Body as sent. */
  readonly raw: string;
}

export interface PlantedBook {
  plant(fault: PlantedFault): void;
  /** The fault that strikes this request, or null. Counts: each call is one request. */
  strike(request: Strikable): PlantedFault | null;
  /** Faults that have not struck as often as they should, in the order they were planted. */
  unfired(): readonly PlantedFault[];
}

interface Entry {
  readonly fault: PlantedFault;
  skip: number;
  left: number;
}

const matches = (fault: PlantedFault, request: Strikable): boolean =>
  (fault.method === undefined || fault.method === request.method) &&
  (fault.match === undefined || request.target.includes(fault.match) || request.raw.includes(fault.match));

/** An empty book. Faults are tried in the order they were planted; a request struck by one has not passed any later one. */
export function openPlantedBook(): PlantedBook {
  const entries: Entry[] = [];
  return {
    plant(fault) {
      entries.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    },
    strike(request) {
      for (const entry of entries) {
        if (entry.left === 0 || !matches(entry.fault, request)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        return entry.fault;
      }
      return null;
    },
    unfired: () => entries.filter((e) => e.left > 0).map((e) => e.fault),
  };
}
