/*
 * browse.js - look at the pages of a book in a browser.
 *
 *	NODE_PATH=.../node_modules node browse.js BROWSER BOOK load|access|
 *	    print|play|fold|shots [PAGE ...]
 *
 * A line for each thing that is wrong, and a last one with the number of pages
 * that were looked at.  Without PAGE it is all of them; "shots" makes pictures
 * beside the pages, for a person to look at.
 */

"use strict";

const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { chromium } = require("playwright-core");

const [browser_path, book_name, task, ...wanted] = process.argv.slice(2);
const book = fs.realpathSync(book_name);
const base = pathToFileURL(book).href + "/";
const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

const wrong = (name, what) => console.log(`${name}: ${what}`);

function pages() {
	return fs.readdirSync(book, { recursive: true })
		.filter((name) => name.endsWith(".html")).sort();
}

/* What the page asks for, and what it complains about. */
function listen(page, state) {
	const note = (what) => wrong(state.name, what);

	page.on("request", (request) => {
		if (!/^(data|blob):/.test(request.url()) &&
		    !request.url().startsWith(base))
			note(`asks for ${request.url()}`);
	});
	page.on("requestfailed", (request) =>
		note(`does not get ${request.url()}`));
	page.on("console", (message) => {
		if (/error|warning/.test(message.type()))
			note(`says ${message.text()}`);
	});
	page.on("pageerror", (error) => note(`throws ${error.message}`));
}

/* In the page: what is seen of a selector. */
function seen(selector) {
	return [...document.querySelectorAll(selector)]
		.filter((e) => e.checkVisibility() && e.getClientRects().length)
		.length;
}

async function access(page, name) {
	const axe = require.resolve("axe-core/axe.min.js");

	for (const colorScheme of ["light", "dark"]) {
		const rules = colorScheme === "dark" ? ["color-contrast"] :
			["wcag2a", "wcag2aa", "wcag21aa", "best-practice"];
		await page.emulateMedia({ colorScheme });
		await page.goto(base + name);
		await page.addScriptTag({ path: axe });
		const found = await page.evaluate(async (runOnly) => {
			/* What plays is the player's, and dark in any case. */
			const what = { exclude: [["#player"]] };
			const large = { expected: 4.5 };
			axe.configure({ checks: [{ id: "color-contrast",
				options: { contrastRatio: { large } } }] });
			for (const e of document.querySelectorAll("details"))
				e.open = true;
			const result = await axe.run(what,
				{ preload: false, runOnly });
			return result.violations.flatMap((v) => v.nodes.map(
				(n) => `${v.id}: ${n.html.slice(0, 100)}: ` +
				n.failureSummary.split("\n")[1].trim()));
		}, rules);
		for (const what of found)
			wrong(name, `${colorScheme}: ${what}`);
	}
}

async function load(page, name) {
	await page.setViewportSize(desk);
	await page.goto(base + name);
	await page.setViewportSize(phone);
	const width = await page.evaluate(() =>
		document.documentElement.scrollWidth);
	if (width > phone.width)
		wrong(name, `is ${width} wide, not ${phone.width}`);
}

async function fold(page, name) {
	await page.setViewportSize(desk);
	await page.goto(base + name);
	if (await page.evaluate(seen, "#contents a") === 0)
		wrong(name, "has no contents on a desk");
	await page.setViewportSize(phone);
	if (await page.evaluate(seen, "#contents a") !== 0)
		wrong(name, "has its contents unfolded on a phone");
	await page.click("header button");
	if (await page.evaluate(seen, "#contents a") === 0)
		wrong(name, "does not unfold its contents");
	if (await page.evaluate(seen, "details p") !== 0)
		wrong(name, "gives the answer away");
	for (const summary of await page.$$("summary"))
		await summary.evaluate((e) => e.click());
	if (await page.evaluate(seen, "details p") !==
	    await page.evaluate(seen, "details"))
		wrong(name, "keeps an answer");
}

async function print(page, name) {
	await page.emulateMedia({ media: "print", colorScheme: "dark" });
	await page.goto(base + name);
	for (const part of ["header", "nav", ".recording", "summary"])
		if (await page.evaluate(seen, part) !== 0)
			wrong(name, `prints ${part}`);
	if (await page.evaluate(seen, "main h1") !== 1)
		wrong(name, "does not print its title");
	const white = await page.evaluate(() =>
		getComputedStyle(document.body).backgroundColor);
	if (white !== "rgb(255, 255, 255)")
		wrong(name, `prints on ${white}`);
}

/* It plays: the clock goes on, and what it shows is the lesson's. */
async function play(page, name) {
	await page.goto(base + name);
	const command = await page.textContent(".console b");
	const time = () => page.textContent(".ap-time-elapsed");
	const text = () => page.evaluate(() => document
		.querySelector(".ap-term").innerText.replace(/\s+/g, ""));
	await page.locator(".ap-overlay-start").click();
	await page.waitForFunction((start) => {
		const now = document.querySelector(".ap-time-elapsed");
		return now && !["", "--:--", start].includes(now.textContent);
	}, await time(), { timeout: 15000 })
		.catch(() => wrong(name, "does not play"));
	const start = command.replace(/\s+/g, "").slice(0, 20);
	let shown = await text();
	for (let i = 0; i < 100 && !shown.includes(start); i++) {
		await page.waitForTimeout(50);
		shown = await text();
	}
	if (!shown.includes(start))
		wrong(name, `plays no "${start}" but ${shown.slice(0, 200)}`);
}

async function shots(page, name) {
	for (const [media, size] of Object.entries({ desk, phone }))
		for (const colorScheme of ["light", "dark"]) {
			await page.setViewportSize(size);
			await page.emulateMedia({ colorScheme });
			await page.goto(base + name);
			await page.waitForTimeout(100);
			await page.screenshot({ fullPage: true, path: path.join(
				book, `${name}.${media}.${colorScheme}.png`) });
		}
}

const tasks = { load, access, fold, print, play, shots };

(async () => {
	/* Root has no sandbox; what is shown here is our own. */
	const browser = await chromium.launch({ executablePath: browser_path,
		chromiumSandbox: false });
	const page = await browser.newPage({ viewport: desk });
	const state = { name: "" };
	const names = wanted.length > 0 ? wanted : pages();

	listen(page, state);
	for (state.name of names)
		await tasks[task](page, state.name);
	await browser.close();
	console.log(`${names.length} pages`);
})().catch((error) => {
	console.log(`failed: ${error.stack}`);
	process.exit(1);
});
