import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser, type Visitor, type VisitOptions } from "./browser.ts";
import { type RunningServer, startServer } from "./server.ts";
import { WireTap } from "./wire-tap.ts";

/** A server, a browser, and between them a line that writes down what the browser sends. */
export interface Scene extends Visitor {
  readonly folder: string;
  readonly home: string;
  readonly profile: string;
  readonly tap: WireTap;
  /** What the browser has sent, byte for byte. */
  readonly record: string;
  readonly address: string;
  readonly server: () => RunningServer;
  /** Kills the server and starts it again at the same port. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openScene(size?: VisitOptions["size"]): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-journey-"));
  const [home, profile, record] = ["home", "profile", "sent"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let server = await startServer(home);
  const tap = await WireTap.open({ target: server.port, record });
  const visitor = await openBrowser({ profile, ...(size !== undefined && { size }) });
  return {
    ...visitor,
    folder,
    home,
    profile,
    tap,
    record,
    address: `http://localhost:${tap.port}/#token=${server.token}`,
    server: () => server,
    async restart() {
      await server.kill();
      server = await startServer(home, server.port);
    },
    async close() {
      await visitor.context.close();
      await tap.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
