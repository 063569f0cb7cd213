import { routes } from "@chirograph/wire";
import type { FastifyInstance } from "fastify";
import type { Jobs } from "../jobs/jobs.ts";
import type { ServedVault } from "../vault/served-vault.ts";
import { serve } from "./serve.ts";

export function serveCatalogue(app: FastifyInstance, vault: ServedVault, jobs: Jobs): void {
  const { keeper } = vault;
  serve(app, routes.reserve, async ({ body }) => {
    await vault.lookAgain();
    return keeper.reserve(body);
  });
  serve(
    app,
    routes.commit,
    async ({ body }) => {
      await vault.lookAgain();
      const result = await keeper.commit(body);
      if (result.state === "committed" && (await vault.hasTombstone(body.links))) jobs.startAfter("erasures");
      return result;
    },
    { bodyLimit: routes.MOST_COMMIT_BYTES },
  );
  serve(app, routes.find, async ({ body }) => keeper.find(body));
  serve(app, routes.page, async ({ body }) => keeper.page(body));
}
