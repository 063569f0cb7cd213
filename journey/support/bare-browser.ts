import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chromiumFlags, findChromium } from "../../test-support/chromium.ts";

const STEP_MS = 100;
/** What the browser answers while a page comes in the place of another. */
const NO_PAGE_YET = "Cannot find default execution context";
const MOST_ATTEMPTS = 100;

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: unknown };
  readonly error?: { readonly message: string };
}

/**
 * A Chromium that is driven with next to nothing. A test driver that listens to the network makes the browser keep and
 * hand over every byte that a page sends: what memory and time a page needs by itself, it does not show.
 */
export class BareBrowser {
  readonly #socket: WebSocket;
  readonly #end: () => Promise<void>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  private constructor(socket: WebSocket, end: () => Promise<void>) {
    this.#socket = socket;
    this.#end = end;
    socket.addEventListener("message", ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async open(profile: string, address: string): Promise<BareBrowser> {
    const options = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--lang=en-GB"];
    const child = spawn(findChromium()!, [...chromiumFlags, ...options, address], { stdio: "ignore" });
    const ended = once(child, "exit");
    const end = async (): Promise<void> => {
      child.kill("SIGTERM");
      await ended;
    };
    const portFile = join(profile, "DevToolsActivePort");
    await until("the browser", () => existsSync(portFile));
    const [port] = readFileSync(portFile, "utf8").split("\n");
    let target: { webSocketDebuggerUrl: string } | undefined;
    await until("the page", async () => {
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
        type: string;
        webSocketDebuggerUrl: string;
      }[];
      target = targets.find(({ type }) => type === "page");
      return target !== undefined;
    });
    const socket = new WebSocket(target!.webSocketDebuggerUrl);
    await once(socket, "open");
    return new BareBrowser(socket, end);
  }

  /** Runs a function in the page, as soon as there is one; it must stand by itself. */
  async run<Value, Result>(work: (value: Value) => Result, value: Value): Promise<Awaited<Result>> {
    const expression = `(${work.toString()})(${JSON.stringify(value)})`;
    const evaluation = { expression, awaitPromise: true, returnByValue: true };
    let { result, error } = await this.#call("Runtime.evaluate", evaluation);
    for (let attempt = 0; error?.message === NO_PAGE_YET && attempt < MOST_ATTEMPTS; attempt++) {
      await pause(STEP_MS);
      ({ result, error } = await this.#call("Runtime.evaluate", evaluation));
    }
    if (error !== undefined || result?.exceptionDetails !== undefined) {
      throw new Error(`The page did not run it: ${JSON.stringify(error ?? result?.exceptionDetails)}`);
    }
    return result?.result?.value as Awaited<Result>;
  }

  /** Waits until a text is to be seen. */
  see(text: string, timeoutMs = 60_000): Promise<void> {
    return until(
      `"${text}"`,
      () => this.run((wanted) => document.body.innerText.includes(wanted), text),
      timeoutMs,
    );
  }

  /** Presses the button, or follows the link, whose text begins so. */
  async press(name: string): Promise<void> {
    await until(`a button "${name}"`, () =>
      this.run((wanted) => {
        const all = [...document.querySelectorAll<HTMLElement>("dialog[open] button, button, a")];
        const found = all.find(
          (one) => one.textContent.trim().startsWith(wanted) && one.getAttribute("aria-disabled") !== "true",
        );
        found?.click();
        return found !== undefined;
      }, name),
    );
  }

  /** Types into the field that has this label. */
  async type(label: string, text: string): Promise<void> {
    await until(`a field "${label}"`, () =>
      this.run((wanted) => {
        const labels = [...document.querySelectorAll("label")];
        const control = labels.find((one) => one.textContent.trim() === wanted)?.control;
        control?.focus();
        return control !== null && control !== undefined && document.activeElement === control;
      }, label),
    );
    await this.#call("Input.insertText", { text });
  }

  /** Chooses a file for an input that has this test id. */
  async choose(testId: string, path: string): Promise<void> {
    const selector = `[data-testid="${testId}"]`;
    await until("the file input", () =>
      this.run((wanted) => document.querySelector(wanted) !== null, selector),
    );
    const { result } = await this.#call("Runtime.evaluate", {
      expression: `document.querySelector('${selector}')`,
    });
    const { objectId } = (result as { result: { objectId: string } }).result;
    await this.#call("DOM.setFileInputFiles", { files: [path], objectId });
  }

  async reload(): Promise<void> {
    await this.#call("Page.reload", {});
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.#end();
  }

  #call(method: string, params: object): Promise<Answer> {
    const id = ++this.#calls;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }
}

export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    if (await isSo()) return;
    await pause(STEP_MS);
  }
  throw new Error(`Waited in vain for ${what}.`);
}
