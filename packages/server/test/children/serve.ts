// A server that somebody kills. Argument: its data folder. It says where it is.
import { openLog } from "../../src/log.ts";
import { start } from "../../src/start.ts";

const { address } = await start({
  home: process.argv[2]!,
  port: 0,
  open: false,
  application: async () => undefined,
  log: openLog({ verbose: false, write: () => undefined }),
});
process.stdout.write(`${address}\n`);
