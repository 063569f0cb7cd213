import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A real server that runs for tests, on loopback. */
export interface RunningServer {
  /** Where clients connect. */
  readonly address: string;
  /** Ends it without a chance to tidy up, as a power cut does. */
  kill(): Promise<void>;
  /** Ends it, and removes what it kept. */
  stop(): Promise<void>;
}

/** A port of 127.0.0.1 that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a port has a number");
  return address.port;
}

/** Resolves when somebody listens at a port of 127.0.0.1. @throws the signal's reason */
export async function waitForPort(port: number, signal: AbortSignal): Promise<void> {
  while (!(await listens(port))) await sleep(50, undefined, { signal });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
