import { routes } from "@chirograph/wire";
import type { FastifyInstance } from "fastify";
import type { ServedVault } from "../vault/served-vault.ts";
import { serve } from "./serve.ts";

export function serveVault(app: FastifyInstance, vault: ServedVault): void {
  serve(app, routes.health, async () => ({ status: "ok" }));
  serve(app, routes.about, async () => vault.about());
  serve(app, routes.status, async () => vault.status());
}
