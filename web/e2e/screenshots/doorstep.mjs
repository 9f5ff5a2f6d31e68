/** Sign-in in its forms. */
export async function signInPages(studio, look) {
  const context = await studio.context(look);
  const page = await context.newPage();
  const at = (path) => `${studio.origin}/console${path}`;
  await studio.attempt("console/sign-in", look, async () => {
    await page.goto(at("/sign-in"));
    await page.locator("input[type=password]").waitFor();
    await studio.shoot(page, "console/sign-in", look);
    await page.locator("input[type=email]").fill("owner@example.com");
    await page.locator("input[type=password]").fill("not the password");
    await page.locator("button[type=submit]").click();
    await page.locator(".ui-banner").waitFor();
    await studio.shoot(page, "console/sign-in-refused", look);
    await page.locator(".doorstep-card > .form > .ui-button-quiet").click();
    await page.locator("input[type=password]").waitFor({ state: "detached" });
    await studio.shoot(page, "console/sign-in-by-link", look);
    await page.goto("about:blank");
    await page.goto(at("/sign-in#magic=from-the-mail"));
    await page.locator("h1").waitFor();
    await studio.shoot(page, "console/sign-in-from-mail", look);
  });
  await studio.attempt("console/sign-in-not-added", look, async () => {
    await page.goto(at("/sign-in?problem=not_invited"));
    await page.locator(".ui-banner").waitFor();
    await studio.shoot(page, "console/sign-in-not-added", look);
  });
  await context.close();
}
