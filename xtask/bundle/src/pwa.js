// The page's side of the installed app: starts the service worker once the page has nothing better
// to do, and tells when another version waits or when the browser would install Dropcast.
//
// What it knows is in `window.dropcast`: `update` applies the version that waits, `install` asks
// whether to install; each is null while there is nothing to do. After each change it sends
// `dropcast:update` or `dropcast:install` to the window.
const BASE = new URL(".", import.meta.url).pathname;
const BETWEEN_CHECKS = 3_600_000;
const LONGEST_CHANGE = 5_000;

const known = { update: null, install: null };
window.dropcast = known;

function learn(name, value) {
    known[name] = value;
    dispatchEvent(new Event(`dropcast:${name}`));
}

addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    learn("install", async () => {
        // The browser lets each offer be used once.
        learn("install", null);
        await event.prompt();
        return (await event.userChoice).outcome;
    });
});

addEventListener("appinstalled", () => learn("install", null));

// One reload, as soon as the version that waited has taken over; also if it never says so.
function apply(worker) {
    let reloaded = false;
    const reload = () => {
        if (!reloaded) location.reload();
        reloaded = true;
    };
    if (worker.state !== "installed") return reload();
    worker.addEventListener("statechange", () => {
        if (worker.state !== "activating") reload();
    });
    worker.postMessage({ type: "activate" });
    setTimeout(reload, LONGEST_CHANGE);
}

function ask(worker, type) {
    return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        worker.postMessage({ type }, [port2]);
        setTimeout(resolve, LONGEST_CHANGE);
    });
}

async function offer(worker) {
    // A page that was loaded after the upgrade is new already: its worker may simply take over.
    if ((await ask(worker, "base")) === BASE) worker.postMessage({ type: "activate" });
    else learn("update", () => apply(worker));
}

function watch(registration) {
    const { waiting, installing, active } = registration;
    if (waiting && active) offer(waiting);
    const follow = (worker) =>
        worker?.addEventListener("statechange", () => {
            if (worker.state === "installed" && registration.active) offer(worker);
        });
    follow(installing);
    registration.addEventListener("updatefound", () => {
        if (registration.installing !== installing) follow(registration.installing);
    });
    let checked = Date.now();
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState !== "visible" || Date.now() - checked < BETWEEN_CHECKS) return;
        checked = Date.now();
        registration.update().catch(() => {});
    });
}

async function start() {
    try {
        // Only asking for it already throws where storage is blocked.
        const workers = isSecureContext && navigator.serviceWorker;
        const registration = await (workers || undefined)?.register("/sw.js", { updateViaCache: "none" });
        if (!registration) return;
        watch(registration);
        const { active } = await workers.ready;
        active.postMessage({ type: "language", value: document.documentElement.lang });
    } catch {
        // Without a worker there is no offline page, and all else is as before.
    }
}

function whenIdle() {
    if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: 4_000 });
    else setTimeout(start, 500);
}

if (document.readyState === "complete") whenIdle();
else addEventListener("load", whenIdle, { once: true });
