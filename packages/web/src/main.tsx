import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { openSession, takeToken } from "./session/session.ts";

// First of all: the token is out of the address before anything else can read it there.
const session = openSession(takeToken());

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
