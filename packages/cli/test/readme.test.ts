// The README's own commands, run as they stand there.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";

const repository = resolve(import.meta.dirname, "../../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");

test.skipIf(process.platform === "win32")(
  "the commands under “Seal a record” and “A vault” do what is said of them",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "chirograph-readme-"));
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    try {
      const programs = join(folder, "programs");
      mkdirSync(programs);
      // Stands for npx in a checkout, which finds the same launcher, more slowly.
      const launcher = join(repository, "packages/cli/bin/chirograph.js");
      writeFileSync(
        join(programs, "npx"),
        `#!/bin/sh\nshift\nexec "${process.execPath}" "${launcher}" "$@"\n`,
      );
      chmodSync(join(programs, "npx"), 0o755);
      writeFileSync(join(folder, "scan.dcm"), Buffer.alloc(100_000, "a scan"));

      const commands = [commandsUnder("Seal a record"), commandsUnder("A vault")].join("\n");
      execFileSync("bash", ["-euo", "pipefail", "-c", commands], {
        cwd: folder,
        env: {
          ...process.env,
          PATH: programs + delimiter + process.env["PATH"]!,
          CHIROGRAPH_STATE: join(folder, "state"),
        },
        stdio: "pipe",
      });
      // Twelve fragments and the envelope, less the one that went away.
      expect(readdirSync(join(folder, "sealed"))).toHaveLength(12);
      for (const name of ["again.dcm", "back.dcm", "still-there.dcm", "from-the-stores.dcm"])
        expect(read(name).equals(read("scan.dcm"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function commandsUnder(title: string): string {
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`the README has no section "${title}"`);
  return Array.from(section.matchAll(/^```sh\n(.*?)^```$/gms), ([, commands]) => commands).join("\n");
}
