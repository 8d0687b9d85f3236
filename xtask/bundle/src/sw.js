// The service worker: keeps what every page starts from, and has a page for when nobody answers.
//
// It keeps public files alone: those of one build, which never change, and the icons and offline
// pages that came with it. No page that needed somebody's rights and nothing below /api is ever
// kept, so there is nothing to forget when somebody signs out.
//
// The build writes the three values below. A worker knows the files of its own build and no other:
// a page of another build gets what it asks for from the network or not at all, never a mixture.
const BUILD = "{build}";
const BASE = "{base}";
const FILES = "{files}";

const CACHE = `dropcast-${BUILD}`;
const OFFLINE = "/offline";
const FOR_PROGRAMS = ["/api", "/health", "/healthz", "/readyz", "/metrics", "/pkg"];

addEventListener("install", (event) => {
    event.waitUntil(install(event));
});

addEventListener("activate", (event) => {
    event.waitUntil(activate());
});

addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== location.origin || request.headers.has("range")) return;
    if (request.mode === "navigate") event.respondWith(page(event, address));
    else if (isFile(address)) event.respondWith(file(event, address));
});

addEventListener("message", (event) => {
    const answer = (value) => event.ports[0]?.postMessage(value);
    const { type, value } = event.data ?? {};
    if (type === "base") answer(BASE);
    else if (type === "activate") skipWaiting();
    else if (type === "language") event.waitUntil(speak(value).then(answer));
    else if (type === "forget") event.waitUntil(forget().then(answer));
});

async function install(event) {
    // Where browsers can be told, what programs ask for does not even wake this worker.
    await event.addRoutes?.(
        FOR_PROGRAMS.slice(0, -1).map((path) => ({ condition: { urlPattern: `${path}/*` }, source: "network" })),
    ).catch(() => {});
    try {
        const cache = await caches.open(CACHE);
        await Promise.all(FILES.map((path) => keep(cache, path)));
        // With several servers, one may still be of the former build.
        const offline = await (await cache.match(OFFLINE)).text();
        if (!offline.includes(BASE)) throw new Error(`${OFFLINE} belongs to another build`);
    } catch (reason) {
        await caches.delete(CACHE);
        throw reason;
    }
}

async function keep(cache, path) {
    // What has a fixed address may have changed since the browser last looked.
    const answer = await fetch(path, { cache: path.startsWith(BASE) ? "default" : "reload" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await cache.put(path, answer);
}

async function activate() {
    await registration.navigationPreload?.enable();
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

function isFile({ pathname, search }) {
    return pathname.startsWith(BASE) || (search === "" && pathname !== OFFLINE && FILES.includes(pathname));
}

async function file(event, { pathname }) {
    const kept = await find(pathname);
    if (kept) return kept;
    const answer = await fetch(event.request);
    if (answer.ok) {
        const copy = answer.clone();
        event.waitUntil(caches.open(CACHE).then((cache) => cache.put(pathname, copy)).catch(() => {}));
    }
    return answer;
}

async function page(event, address) {
    try {
        const answer = (await event.preloadResponse) ?? (await fetch(event.request));
        return isFromBefore(answer) ? await offline(address, answer) : answer;
    } catch {
        return offline(address, Response.error());
    }
}

// A proxy that cannot reach the server says so in its own words, without the number that each of
// our answers carries.
function isFromBefore(answer) {
    return [502, 503, 504].includes(answer.status) && !answer.headers.has("x-request-id");
}

async function offline({ pathname }, otherwise) {
    if (FOR_PROGRAMS.some((path) => pathname === path || pathname.startsWith(`${path}/`))) return otherwise;
    const language = pathname.split("/")[1];
    return (await find(`${OFFLINE}?language=${language}`)) ?? (await find(OFFLINE)) ?? otherwise;
}

// Storage that fails is storage that has nothing.
async function find(path) {
    try {
        const cache = await caches.open(CACHE);
        return await cache.match(path, { ignoreVary: true });
    } catch {
        return undefined;
    }
}

// The language last spoken is the one for addresses that name none.
async function speak(language) {
    const spoken = await find(`${OFFLINE}?language=${language}`);
    if (spoken) await (await caches.open(CACHE)).put(OFFLINE, spoken);
}

async function forget() {
    for (const name of await caches.keys()) {
        if (!name.startsWith("dropcast-")) {
            await caches.delete(name);
            continue;
        }
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const { pathname, search } = new URL(request.url);
            if (!pathname.startsWith("/pkg/") && !FILES.includes(pathname + search)) await cache.delete(request);
        }
    }
}
