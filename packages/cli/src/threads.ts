import { Failure } from "./failure.ts";

const VARIABLE = "CHIROGRAPH_THREADS";
const MOST = 64;

/** How many threads seal and open beside this one, where the user says so: `CHIROGRAPH_THREADS`, 0 for none. */
export function threadsAskedFor(environment: NodeJS.ProcessEnv): number | undefined {
  const text = environment[VARIABLE];
  if (text === undefined || text === "") return undefined;
  const threads = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (threads <= MOST) return threads;
  throw new Failure("usage", `${VARIABLE} is not a whole number from 0 to ${MOST}.`, {
    hint: "Leave it out for one thread a core, and eight at most.",
  });
}
