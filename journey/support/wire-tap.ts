import { createWriteStream, type WriteStream } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

/**
 * A line between the browser and the server that can be cut, and that writes down every byte which the browser sends,
 * whoever in it sent it: page, worker or service worker.
 */
export class WireTap {
  readonly port: number;
  readonly #server: Server;
  readonly #record: WriteStream;
  readonly #sockets = new Set<Socket>();
  #target: number;
  #isCut = false;

  private constructor(server: Server, port: number, plan: { target: number; record: string }) {
    this.#server = server;
    this.port = port;
    this.#target = plan.target;
    this.#record = createWriteStream(plan.record);
    server.on("connection", (socket) => this.#join(socket));
  }

  /** @param plan the server's port, and the file for what is sent */
  static async open(plan: { target: number; record: string }): Promise<WireTap> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("There is no port.");
    return new WireTap(server, address.port, plan);
  }

  /** Cuts what is under way, and refuses what comes, until `mend`. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** Waits until everything that came is written down. */
  async settle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#record.write("", () => resolve());
    });
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    this.#record.end();
    await once(this.#record, "close");
  }

  #join(browser: Socket): void {
    if (this.#isCut) return void browser.destroy();
    const server = createConnection(this.#target, "127.0.0.1");
    for (const [socket, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    browser.on("data", (bytes) => this.#record.write(bytes));
    browser.pipe(server).pipe(browser);
  }
}
