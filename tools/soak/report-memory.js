// Loaded before a command under test: writes its peak memory, in KiB, where the variable says.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  writeFileSync(process.env["CHIROGRAPH_PEAK_FILE"] ?? "", String(process.resourceUsage().maxRSS));
});
