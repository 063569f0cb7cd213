import type {
  CommitRequest,
  CommitResult,
  Found,
  Page,
  PageRequest,
  Reservation,
  ReserveRequest,
  Wanted,
} from "@chirograph/vault";
import * as catalogue from "./schemas/catalogue.ts";
import * as job from "./schemas/jobs.ts";
import * as object from "./schemas/objects.ts";
import * as session from "./schemas/session.ts";
import * as vault from "./schemas/vault.ts";
import type { ZodType } from "./zod.ts";

/** Before every path. */
export const BASE = "/api/v1";
/** The largest body of one request, unless a server says otherwise. */
export const PART_BYTES: number = 4 * 1_048_576;
/** The largest commit as JSON. */
export const MOST_COMMIT_BYTES: number = 48 * 1_048_576;
/** Where a part of an upload begins. */
export const OFFSET_HEADER = "upload-offset";

/** A header that means something. */
export interface RouteHeader {
  readonly name: string;
  readonly summary: string;
  readonly isRequired: boolean;
}

/** One row of the interface: what client, server and its description share (docs/http.md). */
export interface Route<Request = unknown, Answer = unknown> {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `BASE`; `:name` stands for an id. */
  readonly path: string;
  readonly summary: string;
  /** Whoever has no session may ask, too. */
  readonly isOpen?: true;
  readonly headers?: readonly RouteHeader[];
  /** Of a JSON body. `"bytes"`: `application/octet-stream`. */
  readonly request?: ZodType<Request> | "bytes";
  /** Of a JSON answer. `"bytes"`: as above; without it the answer is empty. */
  readonly answer?: ZodType<Answer> | "bytes";
  readonly status: number;
}

export const health: Route<never, session.Health> = {
  method: "GET",
  path: "/health",
  summary: "Whether the server answers",
  isOpen: true,
  answer: session.health,
  status: 200,
};

/** Goes with every request that has a cookie: what the server gave when the session began. */
export const PAGE_HEADER = "chirograph-page";

export const beginSession: Route<session.BeginSession, session.BegunSession> = {
  method: "POST",
  path: "/session",
  summary: "Exchanges the token for a cookie, and the page's own half of the session",
  isOpen: true,
  request: session.beginSession,
  answer: session.begunSession,
  status: 200,
};

export const currentSession: Route<never, session.SessionInfo> = {
  method: "GET",
  path: "/session",
  summary: "Until when the session lasts",
  answer: session.sessionInfo,
  status: 200,
};

export const endSession: Route<never, never> = {
  method: "DELETE",
  path: "/session",
  summary: "Takes the cookie back",
  isOpen: true,
  status: 204,
};

export const about: Route<never, vault.About> = {
  method: "GET",
  path: "/vault",
  summary: "What the vault is made of",
  answer: vault.about,
  status: 200,
};

export const status: Route<never, vault.Status> = {
  method: "GET",
  path: "/status",
  summary: "What the vault holds, and how its stores are",
  answer: vault.status,
  status: 200,
};

export const reserve: Route<ReserveRequest, Reservation> = {
  method: "POST",
  path: "/catalogue/reserve",
  summary: "Write targets for the fragments of new versions",
  request: catalogue.reserveRequest,
  answer: catalogue.reservation,
  status: 200,
};

export const commit: Route<CommitRequest, CommitResult> = {
  method: "POST",
  path: "/catalogue/commit",
  summary: "Makes links and versions part of their charts, all or none",
  request: catalogue.commitRequest,
  answer: catalogue.commitResult,
  status: 200,
};

export const find: Route<Wanted, Found> = {
  method: "POST",
  path: "/catalogue/find",
  summary: "What is known of charts, records and versions",
  request: catalogue.wanted,
  answer: catalogue.found,
  status: 200,
};

export const page: Route<PageRequest, Page> = {
  method: "POST",
  path: "/catalogue/page",
  summary: "Charts or versions, ascending by id",
  request: catalogue.pageRequest,
  answer: catalogue.page,
  status: 200,
};

export const putObject: Route<never, never> = {
  method: "PUT",
  path: "/stores/:store/objects/:object",
  summary: "Puts an object whole",
  request: "bytes",
  status: 201,
};

export const getObject: Route<never, never> = {
  method: "GET",
  path: "/stores/:store/objects/:object",
  summary: "The bytes of an object, or of one range of it",
  headers: [{ name: "range", summary: "bytes=FIRST-LAST: answered with 206", isRequired: false }],
  answer: "bytes",
  status: 200,
};

export const headObject: Route<never, never> = {
  method: "HEAD",
  path: "/stores/:store/objects/:object",
  summary: "The size of an object",
  status: 200,
};

export const beginUpload: Route<object.BeginUpload, object.UploadState> = {
  method: "POST",
  path: "/stores/:store/uploads/:object",
  summary: "Begins an object that comes in parts, or tells where to go on",
  request: object.beginUpload,
  answer: object.uploadState,
  status: 200,
};

export const sendPart: Route<never, object.UploadState> = {
  method: "PATCH",
  path: "/stores/:store/uploads/:object",
  summary: "The next part of an object",
  headers: [{ name: OFFSET_HEADER, summary: "Where the part begins: where the upload is", isRequired: true }],
  request: "bytes",
  answer: object.uploadState,
  status: 200,
};

export const dropUpload: Route<never, never> = {
  method: "DELETE",
  path: "/stores/:store/uploads/:object",
  summary: "Gives an upload up",
  status: 204,
};

export const startJob: Route<job.StartJob, job.Job> = {
  method: "POST",
  path: "/jobs",
  summary: "Starts long work, or gives the one that runs",
  request: job.startJob,
  answer: job.job,
  status: 202,
};

export const jobs: Route<never, job.Jobs> = {
  method: "GET",
  path: "/jobs",
  summary: "The newest of each kind of long work",
  answer: job.jobs,
  status: 200,
};

export const oneJob: Route<never, job.Job> = {
  method: "GET",
  path: "/jobs/:job",
  summary: "How far it is",
  answer: job.job,
  status: 200,
};

export const stopJob: Route<never, job.Job> = {
  method: "DELETE",
  path: "/jobs/:job",
  summary: "Stops it at the next safe place",
  answer: job.job,
  status: 202,
};
