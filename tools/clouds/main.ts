// Starts eight stores of five kinds on this machine, for trying a vault over them, and says how: real servers (Ceph RGW,
// Azurite, Apache, OpenSSH) on loopback, whose contents go with them. Ctrl-C ends them.
import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startClouds } from "../../test-support/clouds.ts";
import { missing } from "../../test-support/servers/installed.ts";

const reasons = Object.values(missing).filter((reason) => reason !== undefined);
if (reasons.length > 0) {
  console.error(reasons.map((reason) => `There is ${reason}.`).join("\n"));
  process.exitCode = 69;
} else {
  await run();
}

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-clouds-"));
  const end = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const clouds = await startClouds(folder);
    const locations = clouds.all.map(({ location }) => `  '${location}' \\`).join("\n");
    console.log(`export CHIROGRAPH_CREDENTIALS=${clouds.credentialsFile}`);
    console.log(`npx chirograph init vault --identity me.key --store \\\n${locations.slice(0, -2)}`);
    console.error("Eight stores are up. Ctrl-C ends them, and removes what they hold.");
    await end;
    await clouds.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
