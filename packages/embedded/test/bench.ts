import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createIdentity, type Identity } from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { afterAll, beforeAll } from "vitest";
import { type EmbeddedPlan, parseLocations, planVault } from "../src/index.ts";

/** A folder for a vault and its stores, and a founder. */
export class Bench {
  readonly engine: Engine = createEngine();
  readonly folder: string = mkdtempSync(join(tmpdir(), "chirograph-embedded-"));
  founder!: Identity;

  constructor() {
    beforeAll(async () => {
      this.founder = await createIdentity(this.engine);
    });
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  plan(vault: string, stores: readonly string[]): EmbeddedPlan {
    const locations = parseLocations(stores.map((name) => pathToFileURL(this.path(name)).href));
    const { founder } = this;
    return { folder: this.path(vault), founder, owners: [], locations, ...planVault(locations, {}) };
  }
}
