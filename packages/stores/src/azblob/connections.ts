import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { RequestPolicyFactory } from "@azure/storage-blob";

/** With a bound of its own, Node heeds the server's too, which may be shorter. */
const options = { keepAlive: true, timeout: 30_000 };

/** Connections that are used again, but not when the server may be closing them. */
export function connectionsTo(endpoint: string): RequestPolicyFactory {
  const agent = endpoint.startsWith("https:") ? new HttpsAgent(options) : new HttpAgent(options);
  return {
    create: (next) => ({
      sendRequest: async (request) => {
        // A proxy has an agent of its own.
        request.agent ??= agent;
        return next.sendRequest(request);
      },
    }),
  };
}
