import { expect as see, type CDPSession, type Page } from "playwright/test";
import { afterAll, beforeAll, onTestFailed, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { picture } from "./support/browser.ts";
import { openScene, type Scene } from "./support/scene.ts";
import { makeChart } from "./support/walk.ts";

let scene: Scene;
let page: Page;

beforeAll(async () => {
  scene = await openScene();
  page = scene.page;
});

afterAll(() => scene.close());

test("an identity under a passkey: made, locked, and opened by nothing but that passkey", async () => {
  onTestFailed(() => picture(page, "failed-passkey"));
  const session = await scene.context.newCDPSession(page);
  const first = await addAuthenticator(session);
  await page.goto(scene.address);
  await page.getByLabel(en.welcome.name).fill("Dr Key");
  await page.getByRole("radio", { name: en.welcome.byPasskey }).check();
  await page.getByRole("button", { name: en.welcome.makeWithPasskey, exact: true }).click();
  await see(page.getByRole("heading", { name: en.charts.title, level: 1 })).toBeVisible({ timeout: 30_000 });
  await makeChart(page, "Under a passkey", "adk21937");

  await page.reload();
  await page.getByRole("button", { name: en.unlock.withPasskey, exact: true }).click();
  await see(page.getByRole("heading", { level: 1 })).not.toHaveText(en.unlock.title("Dr Key"), {
    timeout: 30_000,
  });

  // Another authenticator has another secret, even if it had the same credential.
  await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: first });
  await addAuthenticator(session);
  await page.reload();
  await page.getByRole("button", { name: en.unlock.withPasskey, exact: true }).click();
  await see(page.getByRole("alert").first()).toBeVisible({ timeout: 30_000 });
  await see(page.getByRole("heading", { name: en.unlock.title("Dr Key"), level: 1 })).toBeVisible();
});

async function addAuthenticator(session: CDPSession): Promise<string> {
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}
