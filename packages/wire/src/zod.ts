import { config } from "zod";

// Compiled checks need eval, which the application's own policy forbids; the attempt alone would be reported.
config({ jitless: true });

export * from "zod";
