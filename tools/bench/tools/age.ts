import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { TOTAL } from "../geometry.ts";
import type { Workplace } from "../workplace.ts";
import type { Tool } from "./tool.ts";

const shared = { program: "age", version: ["--version"], package: "age", takesFolders: false };

/** age to one file, and age into as many files as we make, without redundancy. */
export function ageTools(workplace: Workplace): Tool[] {
  const key = workplace.at("secrets", "age.key");
  // A recipient is public; the key goes from program to file.
  const recipient = (): string => {
    try {
      return execFileSync("age-keygen", ["-y", key], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      execFileSync("age-keygen", ["-o", key], { stdio: "pipe" });
      return recipient();
    }
  };
  return [
    {
      ...shared,
      id: "age",
      seal: {
        name: "age",
        syncs: false,
        command: (from, to) => ({
          program: "age",
          args: ["-r", recipient(), "-o", join(to, "sealed.age"), from],
        }),
      },
      open: {
        name: "age -d",
        syncs: false,
        command: (from, to) => ({
          program: "age",
          args: ["-d", "-i", key, "-o", join(to, "opened"), join(from, "sealed.age")],
        }),
      },
      opened: (back) => join(back, "opened"),
    },
    {
      ...shared,
      id: "age-split",
      seal: {
        name: `age | split, ${TOTAL} files`,
        syncs: false,
        command: (from, to) => ({
          program: "sh",
          args: [
            "-c",
            'age -r "$1" "$2" | split -b "$3" - "$4"',
            "sh",
            recipient(),
            from,
            String(partBytes(from)),
            join(to, "part-"),
          ],
        }),
      },
    },
  ];
}

/** An eighth, and room for a header and for the tags of chunks of 64 KiB. */
function partBytes(input: string): number {
  const { size } = statSync(input);
  return Math.ceil((size * 1.0005 + 4096) / TOTAL);
}
