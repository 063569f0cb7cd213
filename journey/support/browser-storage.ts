import type { Page } from "playwright";

/** Everything that the page's origin keeps in the browser, as one text: what storage APIs give, not how it lies on disk. */
export function dumpStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [];
    const text = (bytes: Uint8Array): string =>
      Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const show = (value: unknown): string =>
      JSON.stringify(value, (_, each: unknown) =>
        each instanceof Uint8Array || each instanceof ArrayBuffer ? text(new Uint8Array(each)) : each,
      );
    for (const [name, storage] of [
      ["local", localStorage],
      ["session", sessionStorage],
    ] as const) {
      parts.push(name, show(Object.entries(storage)));
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await promised(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = [promised(objects.getAllKeys()), promised(objects.getAll())];
        parts.push(`indexeddb ${name}/${store}`, show(await keys), show(await values));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        parts.push(`cache ${name} ${request.url}`, text(new Uint8Array(await answer!.arrayBuffer())));
      }
    }
    await walk(await navigator.storage.getDirectory(), "files");
    return parts.join("\n");

    function promised<T>(request: IDBRequest<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error!));
      });
    }

    async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [name, entry] of folder.entries()) {
        if (entry.kind === "directory") await walk(entry, `${path}/${name}`);
        else {
          const file = await entry.getFile();
          parts.push(`${path}/${name}`, text(new Uint8Array(await file.slice(0, 1_048_576).arrayBuffer())));
        }
      }
    }
  });
}
