import type { JobOptions } from "@chirograph/vault";
import type { Context } from "../command.ts";

/** Runs a job that goes on from where it was interrupted; how far it is shows on a terminal. */
export async function longJob<Report>(
  { terminal, interruption }: Context,
  label: string,
  advice: string,
  run: (controls: Required<JobOptions>) => Promise<Report>,
): Promise<Report> {
  const line = terminal.statusLine();
  const onProgress: Required<JobOptions>["onProgress"] = ({ what, done, total }) =>
    line.draw(() => `${label} ${what}: ${done}${total === undefined ? "" : ` of ${total}`}`);
  try {
    return await interruption.during(advice, (signal) => run({ signal, onProgress }));
  } finally {
    line.end();
  }
}
