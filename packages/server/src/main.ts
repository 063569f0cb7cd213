import { resolve } from "node:path";
import { ChirographError } from "@chirograph/core";
import { EmbeddedError } from "@chirograph/embedded";
import { VaultError } from "@chirograph/vault";
import { builtApplication } from "./app/build.ts";
import { readArguments, USAGE } from "./arguments.ts";
import { ServerFailure } from "./failure.ts";
import { openLog } from "./log.ts";
import { type RunningServer, start } from "./start.ts";

/** So long a request that is under way may still take when the server is told to stop. */
const LAST_MS = 30_000;

try {
  const wanted = readArguments(process.argv.slice(2), process.env);
  if (wanted.help) {
    process.stdout.write(USAGE);
  } else {
    const home = resolve(wanted.home);
    const log = openLog(wanted);
    stopOnSignal(
      await start({ home, port: wanted.port, open: wanted.open, application: builtApplication, log }),
    );
  }
} catch (error) {
  process.stderr.write(`chirograph-server: ${explain(error)}\n`);
  process.exitCode = 1;
}

/** The first signal lets what is under way end; the second one does not wait. */
function stopOnSignal(server: RunningServer): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), LAST_MS).unref();
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

function explain(error: unknown): string {
  const isForPeople =
    error instanceof ServerFailure ||
    error instanceof EmbeddedError ||
    error instanceof VaultError ||
    error instanceof ChirographError;
  if (isForPeople) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : "it could not start.";
}
