import { routes } from "@chirograph/wire";
import type { FastifyInstance } from "fastify";
import type { Jobs } from "../jobs/jobs.ts";
import { serve } from "./serve.ts";

export function serveJobs(app: FastifyInstance, jobs: Jobs): void {
  serve(app, routes.startJob, async ({ body }) => jobs.start(body.kind));
  serve(app, routes.jobs, async () => ({ jobs: jobs.list() }));
  serve(app, routes.oneJob, async ({ params }) => jobs.get(params["job"]!));
  serve(app, routes.stopJob, async ({ params }) => jobs.stop(params["job"]!));
}
