import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** Nothing but the application's own files runs, is shown or is asked, and nobody shows it in a frame. */
const contentSecurityPolicy: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"],
  "worker-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'", "blob:", "data:"],
  "media-src": ["'self'", "blob:"],
  "font-src": ["'self'"],
  "connect-src": ["'self'"],
  "manifest-src": ["'self'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
};

const PERMISSIONS = [
  "publickey-credentials-get=(self)",
  "publickey-credentials-create=(self)",
  "fullscreen=(self)",
  "camera=()",
  "microphone=()",
  "geolocation=()",
  "display-capture=()",
  "usb=()",
  "serial=()",
  "hid=()",
  "payment=()",
].join(", ");

export async function secureHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(
        Object.entries(contentSecurityPolicy).map(([name, values]) => [name, [...values]]),
      ),
    },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
    // Over a loopback address there is no TLS to insist on.
    strictTransportSecurity: false,
  });
  app.addHook("onRequest", async (_, reply) => {
    reply.header("permissions-policy", PERMISSIONS);
  });
}
