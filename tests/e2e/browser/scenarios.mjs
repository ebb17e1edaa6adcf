/**
 * What a user does on the page of a dashboard, in a real Chromium. Run by Node.js, as its driver is made for that, with the
 * packages in the folder of the variable QCGPJ_BROWSER: `node scenarios.mjs`. Each line of the standard input is a scenario
 * to play, as JSON, or lets one go on that waits; what was seen is printed as JSON, a line for each. One Chromium plays
 * them all. Everything waits for what it needs to see, however slow the machine is.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { createInterface } from "node:readline";

const folder = process.env.QCGPJ_BROWSER;
const require = createRequire(`${folder}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** How long anything may take: it catches what hangs. */
const patienceMs = 180_000;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let address = "";
let problems = [];
let seen = {};

/** Says that something is so by now, and waits until the test has done its part. */
async function handOver(text) {
  console.log(text);
  await lines.next();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
});

async function openPage(options = {}, where = address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const own = where.startsWith("file:") ? where : new URL(where).origin;
    if (!request.url().startsWith(own)) problems.push(`request to ${request.url()}`);
  });
  await page.goto(where);
  return { page, context };
}

/** What is there when a view shows something. */
const shownIn = { Overview: ".headline", Tasks: ".row.item", Failures: ".group", Jobs: "svg rect", Log: "pre" };

/** Goes to a view, and waits until it shows something. */
async function view(page, text) {
  await page.getByRole("navigation").getByRole("button", { name: text }).click();
  await page.locator("main").locator(shownIn[text]).first().waitFor();
}

const has = (page, selector, text) => page.locator(selector, { hasText: text }).first().waitFor();

/** Waits until rows are there and all of them have a text. */
const allRows = (page, text) =>
  page.waitForFunction((text) => {
    const rows = [...document.querySelectorAll(".row.item")];
    return rows.length > 0 && rows.every((row) => row.textContent.includes(text));
  }, text);

/** Notes what keeps others from a page. */
async function checkForAll(page, what) {
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  for (const { id, nodes } of violations) problems.push(`${what}: ${id} ${nodes[0].html}`);
}

/** Whether a page fits a screen: when it has been laid out for it. */
async function fits(page, width) {
  await page.setViewportSize({ width, height: 800 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
}

const scenarios = {
  /** A live run: what fails is seen, found, looked into; the page is loaded anew, and falls asleep. */
  async live() {
    const { page, context } = await openPage();
    await has(page, ".headline", /of 2,001 tasks done, \d+ failed/);
    seen.why = await page.locator("section", { hasText: "What failed, and why" }).first().innerText();
    await view(page, "Tasks");
    await page.getByRole("button", { name: "failed" }).click();
    await page.getByLabel("Search tasks by name").fill("sweep:7");
    await allRows(page, "sweep:7");
    // The run goes on meanwhile: the first of these may fail only now.
    await page.locator(".row.item span[class=FAILED]").first().waitFor();
    seen.states = await page.locator(".row.item span[class=FAILED]").allInnerTexts();
    await page.getByRole("button", { name: "sweep:70", exact: true }).click();
    await has(page, "#details", "Standard error");
    await has(page, "#details pre", "no such input 70");
    seen.details = await page.locator("#details").innerText();
    seen.mayCancel = await page.getByRole("button", { name: "Cancel task" }).isVisible();
    await page.keyboard.press("Escape");
    seen.isClosed = await page.locator("#details").isHidden();
    await page.reload();
    await has(page, "nav [aria-current=page]", "Tasks");
    await view(page, "Overview");
    await has(page, ".headline", "done");
    await context.setOffline(true);
    await handOver("asleep");
    await context.setOffline(false);
    await has(page, ".headline", "2,000 of 2,001 tasks done");
    seen.headline = await page.locator(".headline").innerText();
    problems.splice(
      0,
      problems.length,
      ...problems.filter((one) => !/ERR_INTERNET_DISCONNECTED|Failed to load/.test(one)),
    );
  },

  /** The report in a file: its chart, its table of all tasks, for all and on any screen. */
  async report() {
    const { page } = await openPage();
    seen.title = await page.locator("h1").innerText();
    seen.plain = await page.locator(".plain").first().isHidden();
    await has(page, "#found", /^100,002 tasks$/);
    seen.rows = await page.locator("#rows tbody tr").count();
    await page.locator("#rows").evaluate((box) => box.scrollTop = box.scrollHeight);
    await has(page, "#rows td", "collect");
    await page.locator("#states").getByRole("button", { name: "failed" }).click();
    await has(page, "#found", /^1,\d\d\d of 100,002 tasks$/);
    await page.getByLabel("Name or reason").fill("T7:49");
    await has(page, "#found", /^\d\d? of 100,002 tasks$/);
    await page.getByRole("button", { name: "ran", exact: true }).click();
    seen.order = await page.locator("#rows tbody tr:not(.pad) td:first-child").allInnerTexts();
    await page.locator("#gantt").focus();
    const before = await page.locator("#range").innerText();
    await page.keyboard.press("+");
    seen.isZoomed = await page.locator("#range").innerText() !== before;
    await page.locator("#gantt").hover({ position: { x: 700, y: 20 } });
    seen.tip = await page.locator("#tip").innerText();
    for (const width of [360, 3000]) seen[width] = await fits(page, width);
    const { page: open } = await openPage({ bypassCSP: true });
    await open.evaluate(axe);
    for (const colorScheme of ["light", "dark"]) {
      await open.emulateMedia({ colorScheme });
      await checkForAll(open, colorScheme);
    }
  },

  /** With the permission: a cancel after No and after Yes, and a pause. */
  async control() {
    const { page } = await openPage();
    await view(page, "Tasks");
    await page.getByRole("button", { name: "next", exact: true }).click();
    await has(page, "#details", "waits for resources");
    await page.getByRole("button", { name: "Cancel task" }).click();
    seen.question = await page.locator("#question-text").innerText();
    await page.getByRole("button", { name: "No" }).click();
    seen.afterNo = await page.locator("#details dd").first().innerText();
    await page.getByRole("button", { name: "Cancel task" }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await has(page, "#details dd", "canceled");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await has(page, "#liveness", "paused");
    await page.getByRole("button", { name: "Continue" }).click();
    await has(page, "#liveness", "live");
    seen.isDone = true;
  },

  /** Whatever names and output hold is text. */
  async hostile() {
    const { page } = await openPage();
    for (const one of ["Overview", "Failures", "Jobs", "Log", "Tasks"]) await view(page, one);
    await has(page, ".row.item", "bad");
    seen.names = await page.locator(".row.item .link").allInnerTexts();
    await page.getByRole("button", { name: "<img/src=x", exact: false }).first().click();
    await has(page, "#details pre", "\u27e8U+202E\u27e9abc");
    seen.outputs = await page.locator("#details section pre").evaluateAll((all) =>
      all.map((one) => one.textContent.slice(-3000))
    );
    seen.wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    seen.elements = await page.evaluate(() =>
      document.querySelectorAll("img, main script, aside script, iframe").length
    );
  },

  /** A hundred thousand tasks: few rows are there, and all can be reached; nothing keeps others from the page. */
  async large() {
    const { page } = await openPage();
    await has(page, ".headline", "100,002 of 100,002 tasks done");
    await view(page, "Tasks");
    await has(page, ".count", "100,002 tasks");
    await page.locator(".scroll").evaluate((box) => box.scrollTop = box.scrollHeight);
    await has(page, ".row.item", "collect");
    await page.locator(".scroll").evaluate((box) => box.scrollTop = box.scrollHeight / 2);
    await has(page, ".row.item", "sweep_T10:");
    seen.rows = await page.locator(".row.item").count();
    await page.getByRole("button", { name: "Ran" }).click();
    await page.locator(".scroll").evaluate((box) => box.scrollTop = 0);
    await has(page, ".row.item", "1 min 0 s");
    await page.getByLabel("Search tasks by name").fill("T7:49");
    await has(page, ".count", /^1\d\d tasks|^111 tasks/);
    const { page: open } = await openPage({ bypassCSP: true });
    await open.evaluate(axe);
    // In the dark the other views are made of the same colours.
    const views = { light: ["Failures", "Jobs", "Log", "Overview", "Tasks"], dark: ["Overview", "Tasks"] };
    for (const [colorScheme, names] of Object.entries(views)) {
      await open.emulateMedia({ colorScheme });
      for (const one of names) {
        await view(open, one);
        if (one === "Tasks") {
          await open.locator(".row.item .link").first().click();
          await has(open, "#details", "Command");
        }
        await checkForAll(open, `${colorScheme} ${one}`);
        if (one === "Tasks") await open.keyboard.press("Escape");
      }
    }
    await view(page, "Overview");
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const width of [360, 3000]) seen[width] = await fits(page, width);
    seen.motion = await page.locator(".bar span").first().evaluate((part) => getComputedStyle(part).transitionDuration);
  },

  /** Others are kept out: a wrong secret, another name, another page. */
  async access(other) {
    const [base, secret] = address.split("#");
    const { page } = await openPage({}, `${base}#${"0".repeat(secret.length)}`);
    await has(page, "#trouble", "The secret is missing or wrong");
    seen.isEmpty = !(await page.locator("main").innerText()).includes("done");
    const port = new URL(base).port;
    const misnamed = await (await browser.newContext()).newPage();
    const response = await misnamed.goto(`http://evil.example:${port}/#${secret}`);
    seen.otherName = [response.status(), await misnamed.locator("body").innerText()];
    const foreign = await (await browser.newContext()).newPage();
    await foreign.goto(other);
    seen.otherPage = await foreign.evaluate(async ([base, secret]) => {
      const tries = [{}, { headers: { "x-qcgpj-secret": secret } }, { mode: "no-cors" }];
      const results = [];
      for (const one of tries) {
        const text = await fetch(`${base}api/run`, one).then((found) => found.text(), () => "refused");
        results.push(text);
      }
      return results;
    }, [base, secret]);
    problems.length = 0; // That requests are refused is what is seen.
  },
};

for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const { scenario, address: where, more } = JSON.parse(line.value);
  [address, problems, seen] = [where, [], {}];
  try {
    await scenarios[scenario](...more);
  } catch (error) {
    problems.push(String(error));
  }
  for (const context of browser.contexts()) await context.close();
  console.log(JSON.stringify({ seen, problems }));
}
await browser.close();
